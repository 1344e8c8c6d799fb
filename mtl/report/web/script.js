"use strict";
// Sorting: a click on a heading sorts by the keys of its column; what has no key comes last.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    heading.querySelector("button").addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keyed = [...body.rows].map((row, index) => ({ row, index, key: row.cells[column].dataset.key ?? "" }));
      const numeric = keyed.every(({ key }) => key === "" || Number.isFinite(Number(key)));
      keyed.sort((one, other) => {
        if ((one.key === "") !== (other.key === "")) return one.key === "" ? 1 : -1;
        const by = numeric ? Number(one.key) - Number(other.key) : one.key.localeCompare(other.key);
        return (down ? -by : by) || one.index - other.index;
      });
      body.append(...keyed.map(({ row }) => row));
    });
  });
}
// Pointing at curves: the values of the nearest epoch.
const LEFT = 46, RIGHT = 10, WIDTH = 340, TOP = 10, BOTTOM = 170;
for (const plot of document.querySelectorAll("svg.curves")) {
  const curves = JSON.parse(plot.dataset.curves), last = Number(plot.dataset.last);
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "line");
  cursor.setAttribute("class", "cursor");
  const tip = document.createElement("div");
  tip.className = "tip";
  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
    const epoch = Math.round(Math.min(Math.max(at, 0), 1) * last);
    const x = LEFT + (WIDTH - LEFT - RIGHT) * epoch / last;
    for (const [name, value] of [["x1", x], ["x2", x], ["y1", TOP], ["y2", BOTTOM]]) cursor.setAttribute(name, value);
    const lines = curves.filter((curve) => curve.values[epoch] != null).map((curve) => `${curve.name}: ${curve.values[epoch]}`);
    tip.textContent = [`epoch ${epoch}`, ...lines].join("\n");
    plot.append(cursor);
    document.body.append(tip);
    tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${Math.min(event.clientY + 14, window.innerHeight - tip.offsetHeight - 8)}px`;
  });
  plot.addEventListener("pointerleave", () => { cursor.remove(); tip.remove(); });
}
