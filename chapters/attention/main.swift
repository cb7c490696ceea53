import ChapterSupport

let page = Notebook("Attention", number: 12)
page.finish()
