// Makes the pictures of the README from the built program: taken in the browser, brought to 256 colours, written as PNG.
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { launch, openPage, Server } from "./harness.mjs";

const GUIDE = join(dirname(fileURLToPath(import.meta.url)), "../../docs/guide");
const [WIDTH, HEIGHT] = [1200, 750];
const COLOURS = 256;
/** More than this is too much for a page that is read. */
const BYTES_MAX = 300_000;
const GEORGIA = encodeURIComponent(JSON.stringify([{ do: "close", territory: "GEO" }]));
/** A picture, its address, what is on it when it has come to rest, and what the map must show. */
const PICTURES = [
  ["workbench-what-if", `/what-if?changes=${GEORGIA}&at=45.5/41.2/4.6`, "[data-loss]", "links"],
  ["workbench-ask", "/ask?from=CNSHG&to=NLRTM&close=passage:suez&at=62/28/1.7", "[data-routes]", "routes"],
];

const server = new Server();
await server.start();
const browser = await launch();
try {
  for (const [name, path, rests, kind] of PICTURES) {
    const { page, visit, finish } = await openPage(browser, server, { width: WIDTH, height: HEIGHT });
    await visit(path);
    await page.locator(rests).first().waitFor();
    await page.waitForFunction((wanted) => new RegExp(`${wanted} [1-9]`).test(document.querySelector("[data-ready]")?.dataset.drawn ?? ""), kind);
    await page.waitForTimeout(500);
    const png = indexed(await pixels(page, await page.screenshot()));
    await finish();
    if (png.length > BYTES_MAX) throw new Error(`${name}: ${png.length} bytes`);
    writeFileSync(join(GUIDE, `${name}.png`), png);
    console.log(`docs/guide/${name}.png: ${png.length} bytes`);
  }
} finally {
  await browser.close();
  await server.end();
}

/** Red, green and blue of each pixel, read by the browser that took the picture, on a page that may load data. */
async function pixels(page, png) {
  const blank = await page.context().newPage();
  const text = await blank.evaluate(async ([data, width, height]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const bytes = pen.getImageData(0, 0, width, height).data;
    let found = "";
    for (let at = 0; at < bytes.length; at += 8192) found += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(found);
  }, [png.toString("base64"), WIDTH, HEIGHT]);
  await blank.close();
  return Buffer.from(text, "base64");
}

/** Median cut: the box of colours with the widest spread of its pixels is halved until there are enough. */
function palette(counts) {
  const spread = (box) => {
    const ends = [0, 1, 2].map((part) => {
      const values = box.map(([colour]) => channel(colour, part));
      return Math.max(...values) - Math.min(...values);
    });
    const part = ends.indexOf(Math.max(...ends));
    const pixelsOf = box.reduce((sum, [, count]) => sum + count, 0);
    return { part, worth: ends[part] * Math.sqrt(pixelsOf) };
  };
  let boxes = [{ box: [...counts], ...spread([...counts]) }];
  while (boxes.length < COLOURS) {
    boxes.sort((one, other) => other.worth - one.worth);
    const { box, part, worth } = boxes[0];
    if (worth === 0) break;
    box.sort((one, other) => channel(one[0], part) - channel(other[0], part));
    const half = box.reduce((sum, [, count]) => sum + count, 0) / 2;
    let [at, passed] = [0, 0];
    while (at < box.length - 2 && passed + box[at][1] <= half) passed += box[at++][1];
    const halves = [box.slice(0, at + 1), box.slice(at + 1)];
    boxes = [...boxes.slice(1), ...halves.map((half) => ({ box: half, ...spread(half) }))];
  }
  // The colour that most pixels of a box have stays as it is: large areas keep theirs.
  return boxes.map(({ box }) => ({ colour: box.reduce((most, row) => (row[1] > most[1] ? row : most))[0], of: box.map(([colour]) => colour) }));
}

function channel(colour, part) {
  return (colour >> (16 - 8 * part)) & 255;
}

/** A PNG of one byte a pixel. */
function indexed(rgba) {
  const counts = new Map();
  const colourAt = (at) => (rgba[4 * at] << 16) | (rgba[4 * at + 1] << 8) | rgba[4 * at + 2];
  for (let at = 0; at < WIDTH * HEIGHT; at++) counts.set(colourAt(at), (counts.get(colourAt(at)) ?? 0) + 1);
  const boxes = palette(counts);
  const place = new Map(boxes.flatMap(({ of }, at) => of.map((colour) => [colour, at])));
  const rows = Buffer.alloc((WIDTH + 1) * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) rows[y * (WIDTH + 1) + 1 + x] = place.get(colourAt(y * WIDTH + x));
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(boxes.flatMap(({ colour }) => [0, 1, 2].map((part) => channel(colour, part))));
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("PLTE", colours), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, check]);
}

/** CRC-32 as PNG wants it. */
function crc(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}
