/* Heyi 合意: chosen files by name and size before they are sent, and a bar while they travel. Without it forms post as ever. */
(function () {
  "use strict";
  var room = window.DataTransfer ? function () { return new DataTransfer(); } : null;

  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }
  function make(tag, name, text) {
    var node = document.createElement(tag);
    node.className = name;
    if (text) { node.textContent = text; }
    return node;
  }

  /* The list under the button is what the input holds; a file taken away leaves the input too */
  function keep(input, files) {
    var held = room();
    files.forEach(function (file) { held.items.add(file); });
    input.files = held.files;
    input.heldFiles = files;
  }
  function show(place, note) {
    var input = place.querySelector("input[type=file]");
    var list = place.querySelector(".files__list");
    list.textContent = "";
    Array.prototype.forEach.call(input.files, function (file, at) {
      var wrong = file.size > Number(place.dataset.limit);
      var row = make("li", "files__one" + (wrong ? " files__one--wrong" : ""));
      var told = make("span", "files__name", file.name);
      told.appendChild(make("span", "files__size", size(file.size) + (wrong ? " · " + place.dataset.large : "")));
      row.appendChild(make("span", "dot" + (wrong ? " dot--stop" : " dot--ok")));
      row.appendChild(told);
      if (room) {
        var away = make("button", "linkbtn", place.dataset.remove);
        away.type = "button";
        away.appendChild(document.createTextNode(" "));
        away.appendChild(make("span", "sr", file.name));
        away.addEventListener("click", function () {
          keep(input, input.heldFiles.filter(function (one, index) { return index !== at; }));
          show(place, "");
          input.focus();
        });
        row.appendChild(away);
      }
      list.appendChild(row);
    });
    if (note) { list.appendChild(make("li", "files__note", note)); }
  }
  document.addEventListener("change", function (event) {
    var input = event.target;
    if (input.type !== "file") { return; }
    var drop = input.closest(".drop");
    if (drop && input.files[0]) { drop.querySelector(".drop__name").textContent = input.files[0].name; }
    var place = input.closest("[data-files]");
    if (!place) { return; }
    var most = Number(place.dataset.most), chosen = Array.prototype.slice.call(input.files), note = "";
    if (room) {
      var all = most > 1 ? (input.heldFiles || []).concat(chosen) : chosen;
      note = all.length > most ? place.dataset.many : "";
      keep(input, all.slice(0, most));
    }
    show(place, note);
  });

  /* Sending: a bar instead of a page that seems to hang. The answer takes the place of the page's main part. */
  var here = location.pathname + location.search;
  function arrive(request) {
    var page = new DOMParser().parseFromString(request.responseText, "text/html");
    var main = page.querySelector("main");
    if (!main) { location.assign(request.responseURL); return; }
    if (request.responseURL !== location.href) { history.pushState(null, "", request.responseURL); }
    here = location.pathname + location.search;
    document.title = page.title;
    document.querySelector("main").replaceWith(document.importNode(main, true));
    main = document.querySelector("main");
    if (window.htmx) { window.htmx.process(main); }
    var first = main.querySelector("[data-focus]") || main.querySelector("h1");
    scrollTo(0, 0);
    if (first) { first.tabIndex = -1; first.focus(); }
  }
  window.addEventListener("popstate", function () { if (location.pathname + location.search !== here) { location.reload(); } });
  document.addEventListener("submit", function (event) {
    var form = event.target, place = form.querySelector("[data-files]");
    var input = place && place.querySelector("input[type=file]");
    if (event.defaultPrevented || !input || !input.files.length || !window.FormData) { return; }
    event.preventDefault();
    var large = place.querySelector(".files__one--wrong button") || place.querySelector(".files__one--wrong");
    if (large) { large.focus(); large.scrollIntoView({ block: "center" }); return; }
    var data = new FormData(form);
    if (event.submitter && event.submitter.name) { data.append(event.submitter.name, event.submitter.value); }
    var buttons = Array.prototype.slice.call(form.querySelectorAll("button"));
    var bar = make("div", "files__bar"), words = make("span", "", place.dataset.sending), meter = document.createElement("progress");
    bar.setAttribute("role", "status");
    meter.max = 100;
    meter.setAttribute("aria-label", place.dataset.sending);
    bar.appendChild(words);
    bar.appendChild(meter);
    place.appendChild(bar);
    function over() { bar.remove(); buttons.forEach(function (button) { button.disabled = false; }); }
    buttons.forEach(function (button) { button.disabled = true; });
    var request = new XMLHttpRequest();
    request.upload.addEventListener("progress", function (told) {
      if (!told.lengthComputable) { return; }
      meter.value = Math.round(told.loaded * 100 / told.total);
      words.textContent = place.dataset.sending + " " + meter.value + "%";
    });
    request.addEventListener("load", function () { over(); arrive(request); });
    request.addEventListener("error", function () { over(); show(place, document.body.dataset.failed || place.dataset.failed); });
    request.open("POST", form.getAttribute("action") || location.href);
    request.send(data);
  });
}());
