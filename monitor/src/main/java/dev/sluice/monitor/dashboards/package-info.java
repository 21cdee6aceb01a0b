/** Grafana's dashboards of infra/grafana, drawn without Grafana: the same queries, asked by this process. */
@NullMarked
package dev.sluice.monitor.dashboards;

import org.jspecify.annotations.NullMarked;
