// The layers of the map in one place: land and water, names, links by status, places, routes, what is chosen.
import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";

export interface Palette {
  water: string;
  land: string;
  coast: string;
  border: string;
  disputed: string;
  ink: string;
  quiet: string;
  sea: string;
  halo: string;
  idle: string;
  shut: string;
  planned: string;
  chosen: string;
  place: string;
  paper: string;
}

export const LIGHT: Palette = {
  water: "#d5e3ea",
  land: "#f7f6f2",
  coast: "#a9c0cb",
  border: "#b9b3a8",
  disputed: "#a0522d",
  ink: "#28323c",
  quiet: "#8a8f96",
  sea: "#6f93a6",
  halo: "#f7f6f2",
  idle: "#aab1b8",
  shut: "#b3261e",
  planned: "#5b6770",
  chosen: "#ffb300",
  place: "#39434d",
  paper: "#ffffff",
};

export const DARK: Palette = {
  water: "#10181f",
  land: "#1c252d",
  coast: "#33444f",
  border: "#46525c",
  disputed: "#d08c60",
  ink: "#dfe6ec",
  quiet: "#7f8b96",
  sea: "#4f7488",
  halo: "#151d24",
  idle: "#505c66",
  shut: "#ff8a80",
  planned: "#93a1ad",
  chosen: "#ffc640",
  place: "#c3ced8",
  paper: "#1c252d",
};

const FONT = ["Inter", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "DejaVu Sans", "Arial", "sans-serif"];
const BOLD = ["Inter Bold", "Segoe UI Bold", ...FONT];

const width = ["get", "width"] as unknown as ExpressionSpecification;
const widened = (by: number) => ["+", ["get", "width"], by] as unknown as ExpressionSpecification;
/** Lines grow a little as one looks closer. */
const growing = (value: ExpressionSpecification) =>
  ["interpolate", ["linear"], ["zoom"], 1, ["*", value, 0.55], 4, value, 9, ["*", value, 1.5]] as unknown as ExpressionSpecification;
const is = (status: string) => ["==", ["get", "look"], status] as unknown as ExpressionSpecification;

export function baseLayers(colours: Palette): LayerSpecification[] {
  return [
    { id: "water", type: "background", paint: { "background-color": colours.water } },
    { id: "land", type: "fill", source: "states", paint: { "fill-color": colours.land, "fill-antialias": false } },
    {
      id: "chosen-state",
      type: "fill",
      source: "states",
      filter: ["==", ["get", "code"], "-"],
      paint: { "fill-color": colours.chosen, "fill-opacity": 0.22 },
    },
    { id: "coast", type: "line", source: "coast", paint: { "line-color": colours.coast, "line-width": 0.7 } },
    {
      id: "borders",
      type: "line",
      source: "borders",
      paint: { "line-color": colours.border, "line-width": ["interpolate", ["linear"], ["zoom"], 2, 0.5, 7, 1.4] },
    },
    {
      id: "disputed",
      type: "line",
      source: "disputed",
      paint: {
        "line-color": colours.disputed,
        "line-width": ["interpolate", ["linear"], ["zoom"], 2, 0.8, 7, 1.8],
        "line-dasharray": [3, 2],
      },
    },
  ];
}

export function linkLayers(colours: Palette): LayerSpecification[] {
  const offset = ["get", "offset"] as unknown as ExpressionSpecification;
  return [
    {
      id: "chosen-links",
      type: "line",
      source: "links",
      filter: ["==", ["get", "chosen"], true],
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colours.chosen, "line-width": growing(widened(5)), "line-opacity": 0.75, "line-offset": offset },
    },
    {
      id: "links-shut",
      type: "line",
      source: "links",
      filter: is("closed"),
      paint: { "line-color": colours.shut, "line-width": 1.5, "line-dasharray": [2.2, 1.8], "line-opacity": 0.85, "line-offset": offset },
    },
    {
      id: "links-planned",
      type: "line",
      source: "links",
      filter: is("planned"),
      layout: { "line-cap": "round" },
      paint: { "line-color": colours.planned, "line-width": 1.8, "line-dasharray": [0.2, 2], "line-offset": offset },
    },
    {
      id: "links-idle",
      type: "line",
      source: "links",
      filter: is("idle"),
      paint: { "line-color": colours.idle, "line-width": 0.8, "line-opacity": 0.7, "line-offset": offset },
    },
    {
      id: "links-case",
      type: "line",
      source: "links",
      filter: is("flow"),
      layout: { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "order"] },
      paint: { "line-color": colours.halo, "line-width": growing(widened(1.6)), "line-opacity": 0.8, "line-offset": offset },
    },
    {
      id: "links",
      type: "line",
      source: "links",
      filter: is("flow"),
      layout: { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "order"] },
      paint: { "line-color": ["get", "colour"], "line-width": growing(width), "line-offset": offset },
    },
    {
      id: "routes-case",
      type: "line",
      source: "routes",
      layout: { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "order"] },
      paint: { "line-color": colours.halo, "line-width": ["+", ["get", "width"], 3] },
    },
    {
      id: "routes",
      type: "line",
      source: "routes",
      layout: { "line-cap": "round", "line-join": "round", "line-sort-key": ["get", "order"] },
      paint: { "line-color": ["get", "colour"], "line-width": ["get", "width"] },
    },
    {
      id: "links-hit",
      type: "line",
      source: "links",
      paint: { "line-color": "#000", "line-opacity": 0, "line-width": growing(widened(9)), "line-offset": offset },
    },
  ];
}

export function nameLayers(colours: Palette): LayerSpecification[] {
  const halo = { "text-halo-color": colours.halo, "text-halo-width": 1.3 };
  return [
    {
      id: "sea-names",
      type: "symbol",
      source: "labels",
      filter: ["all", ["==", ["get", "kind"], "sea"], [">=", ["zoom"], ["get", "zoom"]]],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-letter-spacing": 0.08, "text-max-width": 6 },
      paint: { "text-color": colours.sea },
    },
    {
      id: "town-names",
      type: "symbol",
      source: "places",
      minzoom: 3.5,
      filter: ["<", ["get", "rank"], ["step", ["zoom"], 40, 4.5, 120, 5.5, 500, 6.5, 1200, 7.5, 9000]],
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 10.5, "text-padding": 8, "symbol-sort-key": ["get", "rank"] },
      paint: { "text-color": colours.quiet, ...halo },
    },
    {
      id: "state-names",
      type: "symbol",
      source: "labels",
      filter: ["all", ["==", ["get", "kind"], "state"], [">=", ["zoom"], ["get", "zoom"]]],
      layout: {
        "text-field": ["upcase", ["get", "name"]],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 2, 9.5, 6, 13],
        "text-letter-spacing": 0.14,
        "text-max-width": 7,
        "symbol-sort-key": ["get", "rank"],
      },
      paint: { "text-color": colours.quiet, ...halo },
    },
    {
      id: "nodes",
      type: "symbol",
      source: "nodes",
      minzoom: 2.2,
      layout: {
        "icon-image": ["get", "shape"],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 2, 0.45, 6, 0.9],
        "icon-allow-overlap": ["step", ["zoom"], false, 4, true],
        "icon-padding": 1,
        "text-field": ["step", ["zoom"], "", 3, ["case", ["<", ["get", "rank"], -6], ["get", "name"], ""], 4, ["get", "name"]],
        "text-font": FONT,
        "text-size": 11.5,
        "text-variable-anchor": ["left", "right", "top", "bottom"],
        "text-radial-offset": 0.75,
        "text-optional": true,
        "text-padding": 3,
        "symbol-sort-key": ["get", "rank"],
      },
      paint: { "icon-color": colours.place, "icon-halo-color": colours.halo, "icon-halo-width": 1, "text-color": colours.ink, ...halo },
    },
    {
      id: "marks",
      type: "symbol",
      source: "marks",
      layout: {
        "icon-image": "mark",
        "icon-allow-overlap": true,
        "icon-anchor": "bottom",
        "text-field": ["get", "label"],
        "text-font": BOLD,
        "text-size": 13,
        "text-anchor": "top",
        "text-offset": [0, 0.25],
        "text-allow-overlap": true,
      },
      paint: { "icon-color": colours.ink, "text-color": colours.ink, "text-halo-color": colours.halo, "text-halo-width": 1.8 },
    },
  ];
}

export function allLayers(colours: Palette): LayerSpecification[] {
  return [...baseLayers(colours), ...linkLayers(colours), ...nameLayers(colours)];
}
