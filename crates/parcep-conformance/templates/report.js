
const form = document.getElementById("filter");
const rows = [...document.querySelectorAll("[data-ids]")];
const show = () => {
  const text = document.getElementById("by-text").value.trim().toLowerCase();
  const verdict = document.getElementById("by-verdict").value;
  const area = document.getElementById("by-area").value;
  let shown = 0;
  for (const row of rows) {
    const { ids, areas, verdict: is } = row.dataset;
    row.hidden = !(ids.toLowerCase().includes(text) && (!verdict || verdict === is)
      && (!area || areas.split(" ").includes(area)));
    if (!row.hidden) shown += 1;
  }
  document.getElementById("shown").textContent = `${shown} of ${rows.length} entries shown`;
};
form.addEventListener("input", show);
form.addEventListener("reset", () => setTimeout(show));
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
