import Files
import Foundation
import Grading
import Options
import TextLayout

let hint = Option.flag("hint", "show the next hint of an exercise")
let solution = Option.flag("solution", "show the solution of an exercise, after a question")
let watch = Option.flag("watch", "check an exercise again at each save, until it passes")
let reset = Option.flag("reset", "give the delivered file of an exercise back; yours is kept beside it")
let reports = Option.repeated("report", "FILE", "check all named exercises and write marks: FILE.json or FILE.csv")
let student = Option.optional("student", "NAME", "a name for the marks; without it they have none")
let implementation = Option.optional(
  "implementation", "COMMAND", "check a program in any language that reads cases and writes answers")
let folder = Option.optional("folder", "DIR", "where your files are; without it, in the folders of the chapters")
let make = Option.flag("make", "write the files that are made from the masters; for contributors")
let names = Option.positionals(
  "EXERCISE", "one as lstm/2 is checked; chapters, or none for all, are listed with their state")
let command = Command(
  "exercises",
  "Exercises that check themselves and name the mistake. Exit code 0: passes, or the list was shown; 1: does not pass; "
    + "2: a mistake in the call.",
  [names, hint, solution, watch, reset, reports, student, implementation, folder, make])

let arguments = command.parseOrExit()
do {
  let here = URL(filePath: FileManager.default.currentDirectoryPath)
  let program = Bundle.main.bundleURL
  guard let root = Catalogue.root(from: here) ?? Catalogue.root(from: program) else {
    throw GradingError("\(here.path): expected a folder of this repository, found no chapters there or above")
  }
  exit(try Session(root: root, arguments).run())
} catch {
  command.exit(withError: "\(error)")
}
