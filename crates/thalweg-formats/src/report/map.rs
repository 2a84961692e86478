//! Maps as SVG: land and water, links as wide as their volume, places with their names where they fit.
use crate::report::basemap::Basemap;
use crate::report::html::escaped;
use crate::report::number::{axis, short, ticks};
use crate::report::projection::{Frame, bounds};
use crate::report::traffic::{Layer, Traffic, course, layers, traffic};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use thalweg_engine::states::Run;
use thalweg_model::ids::{LinkId, NodeId};
use thalweg_model::mode::{Mode, Status};
use thalweg_network::instance::Instance;

/// Colours of a map standing alone; the report's page has the same under light and dark.
pub const MAP_STYLE: &str = include_str!("map.css");

const WIDTH: f64 = 1000.0;
const LINE_MAX: f64 = 13.0;
const LINE_MIN: f64 = 0.9;
const NAMES_REGION: usize = 32;
const NAMES_WORLD: usize = 18;

/// What is drawn over the land.
pub struct Drawing<'a> {
    /// Rows and places.
    pub instance: &'a Instance,
    /// What the land looks like.
    pub basemap: &'a Basemap,
    /// Which part of the globe.
    pub frame: Frame,
    /// Lines, the first drawn lowest.
    pub lines: Vec<Line>,
    /// Said of the widths: unit and meaning.
    pub widths: String,
    /// What the picture shows, for those who do not see it.
    pub title: String,
}

/// One link as drawn.
pub struct Line {
    /// The link.
    pub link: LinkId,
    /// Volume or difference that its width stands for; its sign picks the colour of differences.
    pub volume: f64,
    /// Style class: `m-rail`, `gain`, `loss`, `idle`, `shut`.
    pub class: String,
}

/// The picture that shows the busiest layer of a run, with its own colours.
pub fn flow_map_svg(run: &Run, title: &str) -> String {
    let flows = traffic(&run.instance, &run.described);
    let layers = drawn_layers(&run.instance, &flows);
    let basemap = Basemap::built_in();
    let Some(layer) = layers.first() else { return empty_svg(title) };
    let svg = layer_map(run, layer, &basemap, region(&run.instance, &flows, layer));
    svg.replacen('>', &format!("><style>{MAP_STYLE}</style>"), 1)
}

fn empty_svg(title: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 80\" role=\"img\"><title>{}</title>\
         <text x=\"20\" y=\"45\">Nothing flows.</text></svg>",
        escaped(title)
    )
}

/// Layers that carry anything.
pub fn drawn_layers(instance: &Instance, flows: &BTreeMap<LinkId, Traffic>) -> Vec<Layer> {
    layers(instance).into_iter().filter(|layer| flows.values().any(|flow| layer.volume(flow) > 0.0)).collect()
}

/// Map of one layer: width is volume, colour is mode.
pub fn layer_map(run: &Run, layer: &Layer, basemap: &Basemap, frame: Frame) -> String {
    let instance = &run.instance;
    let flows = traffic(instance, &run.described);
    let mut lines = Vec::new();
    for (position, link) in instance.model.links.iter().enumerate() {
        if !link.provenance.validity.holds(instance.as_of) || !layer.uses(instance, link) {
            continue;
        }
        let volume = flows.get(&position.into()).map_or(0.0, |flow| layer.volume(flow));
        let class = match link.status {
            _ if volume > 0.0 => format!("m-{}", link.mode.name()),
            Status::Open => "idle".to_owned(),
            Status::Closed | Status::Planned => "shut".to_owned(),
        };
        lines.push(Line { link: position.into(), volume, class });
    }
    let widths = format!("{}/yr, both directions", layer.unit);
    let title = format!("{}: {}, volume by link, {}", run.scenario.title, layer.contents(instance), widths);
    Drawing { instance, basemap, frame, lines, widths, title }.svg()
}

/// Map of what a state changes on one layer; `None` where nothing moves.
pub fn change_map((base, run): (&Run, &Run), layer: &Layer, basemap: &Basemap) -> Option<String> {
    let (before, after) = (traffic(&base.instance, &base.described), traffic(&run.instance, &run.described));
    let volume = |flows: &BTreeMap<LinkId, Traffic>, id| flows.get(&id).map_or(0.0, |flow| layer.volume(flow));
    let most = before.values().chain(after.values()).map(|flow| layer.volume(flow)).fold(0.0, f64::max);
    let mut lines = Vec::new();
    let mut touched = BTreeMap::new();
    for (position, link) in run.instance.model.links.iter().enumerate() {
        let id = LinkId::from(position);
        if !link.provenance.validity.holds(run.instance.as_of) || !layer.uses(&run.instance, link) {
            continue;
        }
        let change = volume(&after, id) - volume(&before, id);
        let moved = change.abs() > 0.005 * most;
        let class = if !moved {
            "idle"
        } else if change > 0.0 {
            "gain"
        } else {
            "loss"
        };
        lines.push(Line { link: id, volume: if moved { change } else { 0.0 }, class: class.to_owned() });
        if moved {
            touched.insert(id, before.get(&id).or(after.get(&id)).cloned().unwrap_or_default());
        }
    }
    if touched.is_empty() {
        return None;
    }
    let mut all = after.clone();
    all.extend(before.clone());
    let frame = region(&run.instance, &all, layer);
    let widths = format!("change in {}/yr", layer.unit);
    let title = format!("{}: where {} gain and lose volume", run.scenario.title, layer.contents(&run.instance));
    Some(Drawing { instance: &run.instance, basemap, frame, lines, widths, title }.svg())
}

/// Degrees of longitude a layer may span before its map leaves far places to an overview.
const SPAN_MAX: f64 = 45.0;

/// Where a layer runs on land: of a wide network a twelfth of the places on each side is left to the overview.
pub fn region(instance: &Instance, flows: &BTreeMap<LinkId, Traffic>, layer: &Layer) -> Frame {
    let all = points(instance, flows, layer);
    let (west, east, ..) = bounds(&all);
    if all.is_empty() || east - west <= SPAN_MAX {
        return Frame::region(&all, WIDTH, (380.0, 620.0));
    }
    let links = &instance.model.links;
    let on_land = |id: &LinkId| links[id.index()].territory.is_some() || links[id.index()].mode == Mode::Ferry;
    let ends: Vec<(f64, f64)> = flows
        .iter()
        .filter(|(id, flow)| layer.volume(flow) > 0.0 && on_land(id))
        .flat_map(|(id, _)| {
            let course = course(instance, &links[id.index()]);
            [course[0], course[course.len() - 1]]
        })
        .collect();
    let inner = inner(&ends);
    Frame::region(if inner.len() > 3 { &inner } else { &all }, WIDTH, (420.0, 620.0))
}

/// A map of everything a layer touches, where its region leaves places out.
pub fn overview(instance: &Instance, flows: &BTreeMap<LinkId, Traffic>, layer: &Layer) -> Option<Frame> {
    let all = points(instance, flows, layer);
    let near = region(instance, flows, layer);
    let outside = all.iter().any(|point| !near.holds(near.pixel(*point), 0.0));
    outside.then(|| Frame::world(&all, WIDTH, (260.0, 480.0)))
}

/// Ends of the links that carry a layer.
fn points(instance: &Instance, flows: &BTreeMap<LinkId, Traffic>, layer: &Layer) -> Vec<(f64, f64)> {
    let links = &instance.model.links;
    let carrying = flows.iter().filter(|(_, flow)| layer.volume(flow) > 0.0);
    carrying.flat_map(|(id, _)| course(instance, &links[id.index()])).collect()
}

/// Points between the eighth and the ninety-second percentile of longitude and of latitude.
fn inner(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let between = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
        (at(0.08), at(0.92))
    };
    if points.is_empty() {
        return Vec::new();
    }
    let (west, east) = between(points.iter().map(|point| point.0).collect());
    let (south, north) = between(points.iter().map(|point| point.1).collect());
    let holds = |(x, y): &&(f64, f64)| *x >= west && *x <= east && *y >= south && *y <= north;
    points.iter().filter(holds).copied().collect()
}

fn path(pixels: &[(f64, f64)], closed: bool) -> String {
    let mut text = String::new();
    for (position, (x, y)) in pixels.iter().enumerate() {
        let _ = write!(text, "{}{x:.1} {y:.1}", if position == 0 { "M" } else { "L" });
    }
    if closed { text + "Z" } else { text }
}

impl Drawing<'_> {
    /// The picture.
    pub fn svg(&self) -> String {
        let Frame { width, height, .. } = self.frame;
        let legend_height = 64.0;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"map\" viewBox=\"0 0 {width} {:.0}\" role=\"img\" \
             aria-label=\"{title}\"><title>{title}</title>",
            height + legend_height,
            title = escaped(&self.title)
        );
        // Nested, so that whatever leaves the picture is cut without an id that two maps on a page would share.
        let _ = write!(
            svg,
            "<svg x=\"0\" y=\"0\" width=\"{width}\" height=\"{height:.0}\" overflow=\"hidden\">\
             <rect class=\"sea\" width=\"{width}\" height=\"{height:.0}\"/>"
        );
        svg += &self.land();
        svg += &self.traffic_lines();
        svg += &self.places();
        svg += "</svg>";
        svg += &self.legend(height);
        svg + "</svg>"
    }

    fn land(&self) -> String {
        let mut svg = String::new();
        let layers = [(&self.basemap.polygons, "land"), (&self.basemap.water, "sea lake")];
        for (polygons, class) in layers {
            for polygon in polygons {
                let rings: String = polygon.rings.iter().map(|ring| path(&self.frame.ring(ring), true)).collect();
                let rings = rings.replace("ZZ", "Z");
                if rings.len() > 1 {
                    let _ = write!(svg, "<path class=\"{class}\" fill-rule=\"evenodd\" d=\"{rings}\"/>");
                }
            }
        }
        svg
    }

    /// The volume of the widest line: on land where a region is drawn, so that sea lanes do not hide it.
    fn most(&self) -> f64 {
        let links = &self.instance.model.links;
        let seen = |line: &&Line| {
            course(self.instance, &links[line.link.index()])
                .iter()
                .any(|point| self.frame.holds(self.frame.pixel(*point), 0.0))
        };
        let of = |modes: &dyn Fn(Mode) -> bool| {
            let chosen = self.lines.iter().filter(|line| modes(links[line.link.index()].mode)).filter(seen);
            chosen.map(|line| line.volume.abs()).fold(0.0, f64::max)
        };
        let on_land = of(&|mode| mode != Mode::Sea);
        if self.frame.is_region() && on_land > 0.0 { on_land } else { of(&|_| true) }
    }

    fn width_of(&self, volume: f64, most: f64) -> f64 {
        (volume.abs() / most.max(1e-12) * LINE_MAX).clamp(LINE_MIN, 1.4 * LINE_MAX)
    }

    fn traffic_lines(&self) -> String {
        let mut order: Vec<&Line> = self.lines.iter().collect();
        order.sort_by(|one, other| {
            let rank = |line: &Line| (line.volume != 0.0, line.volume.abs());
            rank(one).0.cmp(&rank(other).0).then(rank(other).1.total_cmp(&rank(one).1))
        });
        let most = self.most();
        let mut svg = String::from("<g fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">");
        for line in order {
            let link = &self.instance.model.links[line.link.index()];
            let pixels = self.frame.course(&course(self.instance, link));
            if !pixels.iter().any(|pixel| self.frame.holds(*pixel, -200.0)) {
                continue;
            }
            let said = if line.volume == 0.0 {
                format!("{} ({}, {}): nothing", link.name, link.mode, link.status)
            } else {
                format!("{} ({}): {} {}", link.name, link.mode, short(line.volume), self.widths)
            };
            let width = if line.volume == 0.0 { LINE_MIN } else { self.width_of(line.volume, most) };
            let _ = write!(
                svg,
                "<path class=\"{}\" stroke-width=\"{width:.1}\" d=\"{}\"><title>{}</title></path>",
                line.class,
                path(&pixels, false),
                escaped(&said)
            );
        }
        svg + "</g>"
    }

    /// Nodes at the ends of carrying links, the busiest first.
    fn busy_nodes(&self) -> Vec<(NodeId, f64)> {
        let mut through: BTreeMap<NodeId, f64> = BTreeMap::new();
        for line in self.lines.iter().filter(|line| line.volume != 0.0) {
            let link = &self.instance.model.links[line.link.index()];
            for node in [link.from, link.to] {
                *through.entry(node).or_default() += line.volume.abs();
            }
        }
        let mut order: Vec<(NodeId, f64)> = through.into_iter().collect();
        let named = |node: NodeId| {
            let row = &self.instance.model.nodes[node.index()];
            row.territory.is_some() && !["junction", "border"].contains(&row.node_type.as_str())
        };
        order.sort_by(|one, other| {
            named(other.0).cmp(&named(one.0)).then(other.1.total_cmp(&one.1)).then(one.0.cmp(&other.0))
        });
        order
    }

    fn places(&self) -> String {
        let mut svg = String::new();
        let mut taken: Vec<[f64; 4]> = Vec::new();
        let nodes = self.busy_nodes();
        let mut dots = Vec::new();
        for (node, _) in &nodes {
            let row = &self.instance.model.nodes[node.index()];
            let (x, y) = self.frame.pixel((row.longitude, row.latitude));
            if row.territory.is_some() && self.frame.holds((x, y), 0.0) {
                let _ = write!(svg, "<circle class=\"place\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.6\"/>");
                dots.push((row, x, y));
            }
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let most = if self.frame.is_region() { NAMES_REGION } else { NAMES_WORLD };
        for (row, x, y) in dots {
            let name = row.name.split(['/', '(']).next().unwrap_or(&row.name).trim();
            if taken.len() >= most || !seen.insert(name) {
                continue;
            }
            let wide = name.chars().count() as f64 * 6.8;
            let spots = [
                (x + 6.0, y + 4.0, "start"),
                (x - 6.0, y + 4.0, "end"),
                (x, y - 8.0, "middle"),
                (x, y + 16.0, "middle"),
                (x + 5.0, y - 6.0, "start"),
                (x + 5.0, y + 13.0, "start"),
                (x - 5.0, y - 6.0, "end"),
                (x - 5.0, y + 13.0, "end"),
            ];
            let boxed = |(left, base, anchor): (f64, f64, &str)| {
                let start = match anchor {
                    "start" => left,
                    "end" => left - wide,
                    _ => left - wide / 2.0,
                };
                [start - 2.0, base - 11.0, start + wide + 2.0, base + 4.0]
            };
            let free = |area: &[f64; 4]| {
                self.frame.holds((area[0], area[1]), 2.0)
                    && self.frame.holds((area[2], area[3]), 2.0)
                    && !taken.iter().any(|other| {
                        area[0] < other[2] && other[0] < area[2] && area[1] < other[3] && other[1] < area[3]
                    })
            };
            if let Some(spot) = spots.into_iter().find(|spot| free(&boxed(*spot))) {
                taken.push(boxed(spot));
                let _ = write!(
                    svg,
                    "<text class=\"name\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{}\">{}</text>",
                    spot.0,
                    spot.1,
                    spot.2,
                    escaped(name)
                );
            }
        }
        svg
    }

    fn legend(&self, height: f64) -> String {
        let mut svg = String::new();
        let mut x = 8.0;
        let y = height + 24.0;
        let classes: BTreeSet<&str> = self.lines.iter().map(|line| line.class.as_str()).collect();
        let modes = Mode::ALL.iter().map(|mode| (format!("m-{}", mode.name()), mode.name().replace('_', " ")));
        let others = [
            ("gain", "more than before"),
            ("loss", "less than before"),
            ("idle", "open, no change or no flow"),
            ("shut", "closed or planned"),
        ];
        let others = others.into_iter().map(|(class, name)| (class.to_owned(), name.to_owned()));
        for (class, name) in modes.chain(others).filter(|(class, _)| classes.contains(class.as_str())) {
            let wide = if class.starts_with("m-") || class == "gain" || class == "loss" { 6.0 } else { 1.4 };
            let _ = write!(
                svg,
                "<path class=\"{class}\" fill=\"none\" stroke-width=\"{wide}\" d=\"M{x:.0} {:.0}h26\"/>\
                 <text class=\"key\" x=\"{:.0}\" y=\"{y:.0}\">{}</text>",
                y - 4.0,
                x + 32.0,
                escaped(&name)
            );
            x += 48.0 + name.chars().count() as f64 * 6.4;
        }
        svg + &self.widths_legend(y + 24.0)
    }

    fn widths_legend(&self, y: f64) -> String {
        let most = self.most();
        let capped = self.lines.iter().any(|line| line.volume.abs() > 1.4 * most);
        let said = if capped { "; sea lanes beyond the widest line are cut to it" } else { "" };
        let unit = format!("Width: {}{said}", self.widths);
        let mut svg = format!("<text class=\"key\" x=\"8\" y=\"{y:.0}\">{}</text>", escaped(&unit));
        let mut x = 30.0 + unit.chars().count() as f64 * 6.3;
        let marks = ticks(most, 4);
        let halved: Vec<f64> =
            marks.first().map(|first| first / 2.0).into_iter().chain(marks.iter().copied()).collect();
        for mark in halved.iter().take(4) {
            let text = axis(*mark);
            let _ = write!(
                svg,
                "<path class=\"scale\" fill=\"none\" stroke-width=\"{:.1}\" d=\"M{x:.0} {:.0}h28\"/>\
                 <text class=\"key\" x=\"{:.0}\" y=\"{y:.0}\">{text}</text>",
                self.width_of(*mark, most),
                y - 4.0,
                x + 34.0
            );
            x += 52.0 + text.chars().count() as f64 * 6.8;
        }
        svg
    }
}
