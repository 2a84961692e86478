// The signs of places, drawn here: each kind has a shape of its own, so that nothing rests on colour.
import type { Map as MapView } from "maplibre-gl";

const SIZE = 36;

type Pen = CanvasRenderingContext2D;

const SHAPES: Record<string, (pen: Pen) => void> = {
  dot: (pen) => {
    pen.arc(18, 18, 6, 0, 7);
    pen.fill();
  },
  ring: (pen) => {
    pen.arc(18, 18, 8, 0, 7);
    pen.lineWidth = 4;
    pen.stroke();
  },
  square: (pen) => pen.fillRect(11, 11, 14, 14),
  diamond: (pen) => {
    pen.moveTo(18, 7);
    pen.lineTo(29, 18);
    pen.lineTo(18, 29);
    pen.lineTo(7, 18);
    pen.closePath();
    pen.lineWidth = 3.5;
    pen.stroke();
  },
  triangle: (pen) => {
    pen.moveTo(18, 8);
    pen.lineTo(28, 26);
    pen.lineTo(8, 26);
    pen.closePath();
    pen.fill();
  },
  mark: (pen) => {
    pen.arc(18, 13, 9, Math.PI * 0.85, Math.PI * 2.15);
    pen.lineTo(18, 35);
    pen.closePath();
    pen.fill();
  },
};

/** Which shape a kind of place has; `dot` for what is not listed. */
const KINDS: Record<string, string> = {
  port: "ring",
  border: "diamond",
  crossing: "diamond",
  terminal: "square",
  field: "triangle",
  power_plant: "triangle",
  refinery: "square",
  lng_terminal: "square",
};

export function shapeOf(kind: string): string {
  return KINDS[kind] ?? "dot";
}

export function addShapes(map: MapView): void {
  for (const [name, draw] of Object.entries(SHAPES)) {
    if (map.hasImage(name)) continue;
    const canvas = document.createElement("canvas");
    canvas.width = SIZE;
    canvas.height = SIZE;
    const pen = canvas.getContext("2d");
    if (!pen) continue;
    pen.beginPath();
    draw(pen);
    map.addImage(name, pen.getImageData(0, 0, SIZE, SIZE), { sdf: true, pixelRatio: 2 });
  }
}
