"""The one import contract that import-linter does not bring along: a room is entered by its two doors only."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class TwoDoors(Contract):
    """Direct imports from outside a room may only name ``room.<door>`` or a module below it.

    rooms: the package that holds the rooms. doors: names of modules that outsiders may import.
    composition_root: a package that may also import ``composition_doors``.
    """

    type_name = "two_doors"

    rooms = fields.StringField()
    doors = fields.ListField(subfield=fields.StringField())
    composition_root = fields.StringField()
    composition_doors = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = sorted(
            f"{importer} → {imported} (line {details['line_number']})"
            for imported in graph.modules
            if (room := self._room(imported))
            for importer in graph.find_modules_that_directly_import(imported)
            if self._room(importer) != room and not self._open(imported, room, importer, graph)
            for details in graph.get_import_details(importer=importer, imported=imported)
        )
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["broken"]:
            output.print_error(line)

    def _room(self, module: str) -> str:
        prefix = f"{self.rooms}."
        return module.removeprefix(prefix).partition(".")[0] if module.startswith(prefix) else ""

    def _open(self, imported: str, room: str, importer: str, graph: ImportGraph) -> bool:
        door = imported.removeprefix(f"{self.rooms}.{room}").strip(".").partition(".")[0]
        if not door and f"{self.rooms}.{room}.{self.doors[0]}" not in graph.modules:
            return True  # the door is named already but not built yet
        allowed = list(self.doors)
        if f"{importer}.".startswith(f"{self.composition_root}."):
            allowed += self.composition_doors
        return door in allowed
