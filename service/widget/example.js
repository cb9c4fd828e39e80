// Shows the events of the widget on the example page.
const log = document.getElementById("log");
for (const name of ["ask", "answer", "cite", "error"]) {
  document.getElementById("example").addEventListener(name, (event) => {
    log.append(`${name} ${JSON.stringify(event.detail).slice(0, 300)}\n`);
  });
}
