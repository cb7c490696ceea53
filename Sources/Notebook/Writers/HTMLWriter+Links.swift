import TextLayout

extension HTMLWriter {
  /// A link to a work, a term or a chapter.
  ///
  /// A page by itself has no glossary beside it, so a work is its own address and a term shows its meaning when it is
  /// pointed at. `onSite` makes them links of the site.
  func courseLink(_ link: CourseLink, _ shown: String) -> String {
    let place = Self.escaped(link.address.site)
    switch link {
    case .work(let key):
      let work = log.course.work(key)
      let address = work?.url.map { " href=\"\(Self.escaped($0))\"" } ?? ""
      return "<a class=\"course\" data-place=\"\(place)\"\(address)\(title(work?.entry))>\(shown)</a>"
    case .term(let id):
      return
        "<a class=\"course\" data-place=\"\(place)\"\(title(log.course.term(id).map { words(ProseText($0.text)) }))>\(shown)</a>"
    case .chapter: return "<a class=\"course\" data-place=\"\(place)\">\(shown)</a>"
    }
  }

  private func title(_ text: String?) -> String { text.map { " title=\"\(Self.escaped($0))\"" } ?? "" }

  /// The page with its links to works, terms and chapters as links to the pages of a site.
  package static func onSite(_ page: String) -> String {
    page.replacing(/<a class="course" data-place="([^"]*)"(?: href="[^"]*")?/) { "<a href=\"\($0.1)\"" }
  }
}
