// The same game valued by LEMON's network simplex, coalition by coalition; coalitions.py compares the two.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <string>
#include <vector>

using Graph = lemon::SmartDigraph;
using Simplex = lemon::NetworkSimplex<Graph, long, long>;

int main(int, char** arguments) {
    std::ifstream file(arguments[1]);
    Graph graph;
    std::vector<Graph::Node> nodes;
    std::vector<Graph::Arc> arcs;
    std::vector<long> supply, capacity, cost;
    std::vector<int> owner;
    int players = 0;
    for (std::string kind; file >> kind;) {
        long one, two, three, four, five;
        if (kind == "p") {
            file >> one >> players;
            for (long node = 0; node < one; node++) nodes.push_back(graph.addNode());
            supply.assign(one, 0);
        } else if (kind == "n") {
            file >> one >> two;
            supply[one] = two;
        } else {
            file >> one >> two >> three >> four >> five;
            arcs.push_back(graph.addArc(nodes[one], nodes[two]));
            capacity.push_back(three);
            cost.push_back(four);
            owner.push_back(five);
        }
    }
    Graph::NodeMap<long> supplies(graph);
    Graph::ArcMap<long> costs(graph), capacities(graph);
    for (size_t node = 0; node < nodes.size(); node++) supplies[nodes[node]] = supply[node];
    for (size_t arc = 0; arc < arcs.size(); arc++) costs[arcs[arc]] = cost[arc];
    for (int repeat = 0; repeat < 7; repeat++) {
        auto begun = std::chrono::steady_clock::now();
        Simplex simplex(graph);
        simplex.costMap(costs).supplyMap(supplies);
        double sum = 0;
        for (unsigned inside = 0; inside < 1u << players; inside++) {
            for (size_t arc = 0; arc < arcs.size(); arc++)
                capacities[arcs[arc]] = owner[arc] < 0 || (inside >> owner[arc] & 1) ? capacity[arc] : 0;
            simplex.upperMap(capacities);
            if (simplex.run(Simplex::BLOCK_SEARCH) != Simplex::OPTIMAL) return 1;
            sum += simplex.totalCost();
        }
        std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begun;
        std::printf("%.9f %u %.0f\n", seconds.count(), 1u << players, sum);
    }
}
