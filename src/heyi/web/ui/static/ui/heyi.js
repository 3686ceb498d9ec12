/* Heyi 合意: progressive enhancement only. Every page works without this file. No dependency; htmx is optional. */
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");

  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function typing(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable; }

  /* Copy buttons: the word on the button says that it is done */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button || !navigator.clipboard) { return; }
    navigator.clipboard.writeText(button.dataset.copy).then(function () {
      var word = button.querySelector(".sr");
      word.textContent = button.dataset.done;
      word.setAttribute("role", "status");
      button.classList.add("is-done");
    });
  });

  /* Toast: a part of the page could not be fetched or sent; the words are the server's own, or those on <body> */
  function toast(text) {
    var place = document.querySelector("[data-toasts]");
    if (!place || !text) { return; }
    var box = document.createElement("div");
    box.className = "toast";
    box.textContent = text;
    var close = document.createElement("button");
    close.type = "button";
    close.className = "toast__close";
    close.textContent = document.body.dataset.close;
    close.addEventListener("click", function () { box.remove(); });
    box.appendChild(close);
    place.replaceChildren(box);
  }
  document.addEventListener("htmx:responseError", function (event) {
    var answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    var title = answer.querySelector(".empty__title");
    var next = title && title.nextElementSibling;
    toast(title ? title.textContent + " " + (next ? next.textContent : "") : document.body.dataset.failed);
  });
  document.addEventListener("htmx:sendError", function () { toast(document.body.dataset.failed); });

  /* Live: a stream says that the case changed; parts that wait for «live» fetch themselves. Polling stays as the net. */
  all("[data-live]").forEach(function (place) {
    if (!window.EventSource) { return; }
    var stream = new EventSource(place.dataset.live, { withCredentials: true });
    stream.onmessage = function () {
      if (window.htmx) { window.htmx.trigger(document.body, "live"); }
    };
    window.addEventListener("pagehide", function () { stream.close(); });
  });

  /* Drawer: moves the focus in, gives it back, closes by Escape or its link */
  var opener = null;
  function drawer() { return document.querySelector("[data-drawer]"); }
  function closeDrawer() {
    var slot = document.querySelector("[data-drawer-slot]");
    if (!slot || !drawer()) { return false; }
    slot.textContent = "";
    if (opener && document.contains(opener)) { opener.focus(); }
    return true;
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target && event.detail.target.matches("[data-drawer-slot]")) { opener = event.detail.elt; }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target && event.detail.target.matches("[data-drawer-slot]") && drawer()) { drawer().focus(); }
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-drawer-close]") && closeDrawer()) { event.preventDefault(); }
  });

  /* Palette: the search field and the menu in one box */
  var palette = document.getElementById("palette");
  function openPalette() {
    var list = palette.querySelector("[data-palette-list]");
    list.textContent = "";
    all(".menu__item").forEach(function (item) {
      var row = document.createElement("li");
      var link = document.createElement("a");
      link.href = item.href;
      link.textContent = item.querySelector(".menu__text").textContent;
      row.appendChild(link);
      list.appendChild(row);
    });
    document.getElementById("palette-found").textContent = "";
    palette.querySelector("input").value = "";
    palette.showModal();
    palette.querySelector("input").focus();
  }
  if (palette && palette.showModal) {
    document.addEventListener("click", function (event) {
      if (event.target.closest("[data-palette-open]") && !event.metaKey && !event.ctrlKey) { event.preventDefault(); openPalette(); }
    });
    palette.addEventListener("input", function () {
      var wanted = palette.querySelector("input").value.trim().toLowerCase();
      all("[data-palette-list] li", palette).forEach(function (row) { row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0; });
    });
  }

  /* Palette: the arrows walk through what it shows */
  if (palette) {
    palette.addEventListener("keydown", function (event) {
      if (event.key === "Escape") { event.preventDefault(); palette.close(); return; }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") { return; }
      var stops = [palette.querySelector("input")].concat(all("a", palette).filter(function (link) { return !link.parentNode.hidden; }));
      var at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      stops[Math.max(0, Math.min(stops.length - 1, at))].focus();
    });
  }

  /* Rows: j and k walk, x ticks, o opens */
  function rows() { return all("[data-row]"); }
  function here() { var row = document.activeElement && document.activeElement.closest("[data-row]"); return row ? rows().indexOf(row) : -1; }
  function walk(step) {
    var list = rows();
    var row = list[Math.max(0, Math.min(list.length - 1, here() + step))];
    var link = row && row.querySelector("a");
    if (link) { link.focus(); }
  }
  function tick() {
    var row = rows()[here()];
    var box = row && row.querySelector("input[type=checkbox]");
    if (box) { box.click(); }
  }
  document.addEventListener("keydown", function (event) {
    if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k" && palette) { event.preventDefault(); openPalette(); return; }
    if (event.key === "Escape" && closeDrawer()) { return; }
    if (typing(event.target) && event.target.type !== "checkbox") { return; }
    if (event.metaKey || event.ctrlKey || event.altKey || (palette && palette.open)) { return; }
    if (event.key === "j") { walk(1); }
    if (event.key === "k") { walk(-1); }
    if (event.key === "x") { tick(); }
    if (event.key === "o" && here() >= 0) { document.activeElement.click(); }
    if (event.key === "?" && palette) { event.preventDefault(); openPalette(); }
    var keyed = /^[a-z]$/.test(event.key) && document.querySelector('[data-key="' + event.key + '"]');
    if (keyed) { event.preventDefault(); keyed.click(); }
  });

  /* Tick boxes of a list: the whole page at once, the colour of the row, the count in the bar */
  function recount() {
    var ticked = all("[data-row] input[type=checkbox]").filter(function (box) { return box.checked; }).length;
    all("[data-bulk-count]").forEach(function (place) { place.textContent = ticked; place.closest(".bulk").hidden = !ticked; });
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-pick-all]")) {
      all("[data-row] input[type=checkbox]").forEach(function (box) { box.checked = event.target.checked; box.closest("tr").classList.toggle("is-on", box.checked); });
      recount();
    } else if (event.target.closest("[data-row]")) {
      event.target.closest("tr").classList.toggle("is-on", event.target.checked);
      recount();
    }
    var choices = event.target.closest(".choices");
    if (choices) { all(".choice", choices).forEach(function (row) { row.classList.toggle("choice--on", row.querySelector("input").checked); }); }
    var term = event.target.closest(".term__ack");
    if (term) { term.classList.toggle("term__ack--done", event.target.checked); }
  });

  if (document.querySelector("[data-row] input[type=checkbox]")) { recount(); }

  /* A phrase goes where the cursor stands, and stays to be changed */
  document.addEventListener("click", function (event) {
    var phrase = event.target.closest("[data-phrase]");
    var field = phrase && document.querySelector(phrase.dataset.phrase);
    if (!field) { return; }
    event.preventDefault();
    field.setRangeText(phrase.textContent, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });

  /* What has to be mended comes first */
  var wrong = document.querySelector("[data-focus]");
  if (wrong) { wrong.focus(); }
  /* A long talk opens at its newest line */
  all(".chat__list").forEach(function (list) { list.scrollTop = list.scrollHeight; });
}());
