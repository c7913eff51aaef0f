"use strict";
// Draws what the tables of this page say. Where no script runs the tables stand alone and say the same. Of an older
// version it says so.
(() => {
  const rows = (table) => [...document.querySelectorAll(`#${table} tbody tr`)];
  const text = (row, at) => row.cells[at].textContent.trim();
  const element = (name, attributes, group, said) => {
    const made = group.elem(name, attributes, "value");
    if (said !== undefined) made.text(said);
  };
  // As drawn for the screen, and scaled with it to the width of a sheet of paper
  const scaled = (chart) => chart.on("created", ({ svg }) => {
    const { width, height } = svg.getNode().getBoundingClientRect();
    svg.attr({ viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" });
  });

  const ring = () => {
    const series = rows("states").map((row) => ({ value: Number(text(row, 1)), className: row.className }));
    if (!series.some(({ value }) => value)) return;
    const options = { donut: true, donutWidth: 18, showLabel: false, width: 148, height: 148, chartPadding: 4 };
    scaled(new Chartist.PieChart("#ring", { series }, options));
  };

  const timeline = () => {
    const days = rows("days");
    if (!days.length) return;
    const place = document.getElementById("timeline");
    const wide = place.clientWidth / days.length;
    const each = Math.ceil(46 / wide); // a date takes so many pixels
    const chart = scaled(new Chartist.BarChart(place, {
      labels: days.map((row) => text(row, 0)),
      series: [days.map((row) => Number(text(row, 1)))],
    }, {
      height: 170,
      chartPadding: { top: 26, right: 8, bottom: 0, left: 0 },
      axisX: { showGrid: false, labelInterpolationFnc: (day, at) => ((days.length - 1 - at) % each ? null : day) },
      axisY: { onlyInteger: true, offset: 30 },
    }));
    chart.on("draw", (drawn) => {
      if (drawn.type !== "bar") return;
      drawn.element.attr({ style: `stroke-width: ${Math.max(2, Math.min(26, wide * 0.62))}px` });
      const deadline = text(days[drawn.index], 2);
      if (deadline) {
        // At the end of its day
        const { y2: top } = drawn.chartRect, end = drawn.x1 + drawn.chartRect.width() / days.length / 2;
        element("line", { x1: end, x2: end, y1: drawn.y1, y2: top - 8 }, drawn.group);
        element("text", { x: end, y: top - 12, "text-anchor": "middle", class: "deadline" }, drawn.group, deadline);
      }
      if (drawn.value.y && wide >= 14) {
        element("text", { x: drawn.x2, y: drawn.y2 - 4, "text-anchor": "middle" }, drawn.group, String(drawn.value.y));
      }
    });
    document.getElementById("days-told").open = false;
  };

  const categories = () => {
    const told = rows("shares");
    const chart = scaled(new Chartist.BarChart("#categories", {
      labels: told.map((row) => text(row, 0)),
      series: [told.map((row) => Number(text(row, 1)))],
    }, {
      horizontalBars: true, reverseData: true, height: 44 * told.length + 30,
      chartPadding: { top: 4, right: 64, bottom: 0, left: 0 },
      axisX: { labelInterpolationFnc: (amount, at) => (at % 2 ? null : amount) },
      axisY: { offset: 124, showGrid: false },
    }));
    chart.on("draw", (drawn) => {
      if (drawn.type !== "bar") return;
      element("text", { x: drawn.x2 + 6, y: drawn.y2 + 4 }, drawn.group, String(drawn.value.x));
    });
  };

  // Under 历次/<version>/ the page lies two folders lower, as the very bytes that were published. Receipts stay where they
  // are; of the files beside it some are newer by now, so that it leads to none of them.
  const older = () => {
    if (!/\/历次\/\d+\/[^/]+$/.test(decodeURI(location.pathname))) return;
    for (const link of document.querySelectorAll('a[href^="../../"]')) link.setAttribute("href", `../../${link.getAttribute("href")}`);
    for (const link of document.querySelectorAll("a.file")) link.replaceWith(link.textContent);
    document.getElementById("older").hidden = false;
  };

  ring();
  timeline();
  categories();
  older();
})();
