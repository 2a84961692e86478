//! The `thalweg` command.
use thalweg_engine::equilibrium::{Method, road_network::*, trip_table::*, volume_delay::*, solve};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let t0 = std::time::Instant::now();
    let net = thalweg_formats::tntp::read_net(a[1].as_ref()).unwrap();
    let tr = thalweg_formats::tntp::read_trips(a[2].as_ref()).unwrap();
    let gap: f64 = a[3].parse().unwrap();
    let (tw, dw): (f64, f64) = (a[4].parse().unwrap(), a[5].parse().unwrap());
    let links = net.links.iter().map(|l| RoadLink { from: l.from, to: l.to, fixed_cost: tw * l.toll + dw * l.length,
        delay: VolumeDelay::Bpr { free_flow_time: l.free_flow_time, coefficient: l.b, power: l.power, capacity: l.capacity } }).collect();
    let n = RoadNetwork::new(net.extent, links).unwrap();
    let t = TripTable::new(tr.zones, tr.trips).unwrap();
    eprintln!("read {:.3}", t0.elapsed().as_secs_f64());
    let m = if a.len() > 6 { Method::SystemOptimum { relative_gap: gap, iterations_max: 200 } } else { Method::UserEquilibrium { relative_gap: gap, iterations_max: 200 } };
    let e = solve(&n, &t, m, &thalweg_engine::watch::Silent);
    println!("gap {:.3e} beckmann {:.9} tstt {:.6} it {} time {:.3} {:?}", e.relative_gap, e.beckmann, e.tstt, e.iterations, t0.elapsed().as_secs_f64(), e.left_out);
}
