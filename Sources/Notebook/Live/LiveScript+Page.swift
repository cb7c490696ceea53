extension LiveScript {
  static let page = #"""
    /** Makes the places of a page live. Print shows the numbers that were printed. */
    function begin(page) {
      const data = JSON.parse(page.getElementById("live-data").textContent);
      const places = data.places.map((place) => {
        const kind = place.sequence ? SequencePlace : Place;
        return new kind(page.getElementById(place.id), place, data.words);
      });
      window.addEventListener("beforeprint", () => places.forEach((place) => place.restore()));
      window.addEventListener("afterprint", () => places.forEach((place) => place.show()));
      // For tests, and for readers who open the console.
      window.livePlaces = places;
    }

    begin(document);

    """#
}
