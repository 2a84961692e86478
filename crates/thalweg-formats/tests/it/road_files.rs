//! TNTP and GMNS readers: what they read, where they say a file is wrong, and that nothing makes them panic.

use thalweg_formats::gmns;
use thalweg_formats::tntp::{parse_flows, parse_net, parse_trips};

const NET: &str = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 3\n<FIRST THRU NODE> 3\n<NUMBER OF LINKS> 2\n\
<END OF METADATA>\n\n~ a comment\n\t1\t3\t10\t1.5\t2\t0.15\t4\t30\t7\t1\t;\n3 2 20 1 2 0 0 ;\n";
const TRIPS: &str =
    "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 4\n<END OF METADATA>\nOrigin 1\n 1 : 0.0; 2 : 4.0;\nOrigin 2\n";

#[test]
fn a_net_keeps_its_rows_and_counts_nodes_from_zero() {
    let net = parse_net(NET.as_bytes(), "x").unwrap();
    assert_eq!((net.extent.zones, net.extent.nodes, net.extent.first_thru_node), (2, 3, 2));
    assert_eq!((net.links[0].from, net.links[0].to, net.links[0].toll), (0, 2, 7.0));
    assert_eq!((net.links[1].capacity, net.links[1].toll), (20.0, 0.0));
}

#[test]
fn trips_and_flows_keep_what_is_not_zero() {
    let trips = parse_trips(TRIPS.as_bytes(), "x").unwrap();
    assert_eq!((trips.trips.len(), trips.trips[0].destination, trips.declared_total), (1, 1, Some(4.0)));
    let flows = parse_flows("From To Volume Cost\n1 2 3.5 4\n".as_bytes(), "x").unwrap();
    assert_eq!((flows[0].to, flows[0].volume), (1, 3.5));
}

#[test]
fn a_fault_names_file_row_column_and_word() {
    let said = |text: &str| parse_net(text.as_bytes(), "a_net.tntp").unwrap_err().to_string();
    assert_eq!(
        said(&NET.replace("20 1 2", "20 1 zwei")),
        "a_net.tntp, row 9, column 10: `free_flow_time` is \"zwei\", not a number"
    );
    assert_eq!(said(&NET.replace("3 2 20", "3 4 20")), "a_net.tntp, row 9, column 3: `term_node` is 4, outside 1 to 3");
    assert_eq!(said(&NET.replace("LINKS> 2", "LINKS> 3")), "a_net.tntp: 3 links are declared and 2 are given");
    assert_eq!(said("<NUMBER OF ZONES> 2\n"), "a_net.tntp: the file ends before <END OF METADATA>");
    let trips = |text: &str| parse_trips(text.as_bytes(), "t").unwrap_err().to_string();
    assert_eq!(trips(&TRIPS.replace("Origin 1", "")), "t, row 5, column 2: trips are given before the first `Origin`");
    assert_eq!(trips(&TRIPS.replace("2 : 4.0", "2 : nan")), "t, row 5, column 15: `volume` is \"nan\", not a number");
}

#[test]
fn damaged_files_are_faults_and_never_panics() {
    let mut state = 7_u64;
    for text in [NET, TRIPS] {
        for _ in 0..3000 {
            let mut bytes = text.as_bytes().to_vec();
            for _ in 0..3 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let place = (state >> 33) as usize % bytes.len();
                match state >> 62 {
                    0 => bytes.truncate(place.max(1)),
                    1 => bytes[place] = (state >> 20) as u8,
                    _ => bytes[place] = b"0123456789<>:;~- \nOe."[(state >> 10) as usize % 21],
                }
            }
            let _ = (parse_net(&bytes[..], "x"), parse_trips(&bytes[..], "x"), parse_flows(&bytes[..], "x"));
        }
    }
}

#[test]
fn a_gmns_folder_gives_both_directions_and_names_what_it_does_not_know() {
    let folder = std::env::temp_dir().join(format!("thalweg-gmns-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("node.csv", "node_id,zone_id\nx,\nb,10\na,9\n");
    write(
        "link.csv",
        "link_id,from_node_id,to_node_id,directed,length,capacity,lanes,free_speed\n1,a,x,0,30,900,2,60\n2,x,b,1,10,900,,60\n",
    );
    write("demand.csv", "o_zone_id,d_zone_id,volume\n9,10,5\n");
    let net = gmns::read_network(&folder).unwrap();
    assert_eq!(net.node_ids, ["a", "b", "x"]);
    assert_eq!(net.links.len(), 3);
    assert_eq!((net.links[0].capacity, net.links[0].free_flow_time), (1800.0, 30.0));
    let trips = gmns::read_demand(&folder.join("demand.csv"), &net).unwrap();
    assert_eq!((trips[0].origin, trips[0].destination), (0, 1));
    write("demand.csv", "o_zone_id,d_zone_id,volume\n9,11,5\n");
    let fault = gmns::read_demand(&folder.join("demand.csv"), &net).unwrap_err();
    assert_eq!((fault.row, fault.column, fault.what.as_str()), (2, 2, "`d_zone_id` names no zone: \"11\""));
    std::fs::remove_dir_all(&folder).unwrap();
}
