import ChapterSupport

let page = Notebook("Sorting with two directions", number: 10)
page.finish()
