import ReferenceNetworks
import Layers

/// The search for the faults of the catalogue that give the numbers of the wrong answers.
///
/// First single faults, those that explain most before the others; then several of the faults that were found, at once;
/// then any two at once. A fault is named only where it gives the very numbers of whole answers.
struct DiagnosisSearch {
  /// Wrong answers, the smallest first; those that are right in single precision are apart.
  private(set) var wrong: [Probe]
  /// Wrong in double precision, and as good as single precision can be.
  let rightInSingle: [Probe]
  private let right: [Probe]
  private var findings: [Finding] = []
  /// Places in `wrong` that nothing explains.
  private var left: [Int] = []
  /// Places in `wrong` where all pairs were tried.
  private var triedPairs: Set<Int> = []
  private var pairRuns = 0

  private struct Finding {
    var suspects: [[Mutant]]
    var explained: [Int]
    var against: Int
  }

  /// How many runs of the reference network the search for pairs may take.
  private static let pairLimit = 60_000
  /// The largest case, after it was cut, that all single faults are tried on.
  private static let largestWork = 8_000_000
  /// Up to here every fault is tried on every case.
  private static let quickWork = 100_000
  /// The largest case that pairs are tried on.
  private static let largestPairWork = 3000

  init(_ run: ExternalRun) {
    let faulty = run.answers.filter(\.hasWrongNumbers)
    let probes = MutantTable.concurrently(faulty.count) { Probe(faulty[$0], run.memory) }
    rightInSingle = probes.filter(\.isRightInSingle)
    wrong = probes.filter { !$0.isRightInSingle }.sorted { $0.work < $1.work }
    let families = Set(wrong.map(\.family))
    let agreeing = run.answers.filter { answer in
      answer.agrees && answer.golden.work <= Probe.smallWork
        && families.contains("\(answer.golden.layout.rawValue) \(answer.golden.layer)")
    }
    right = MutantTable.concurrently(agreeing.count) { Probe(agreeing[$0], run.memory) }
    left = Array(wrong.indices)
    findSingleFaults()
    findCombinations()
    findPairs()
    findCombinations()
    dropDoubtful()
  }

  var diagnoses: [Diagnosis] {
    findings.map { finding in
      Diagnosis(
        suspects: finding.suspects, explained: finding.explained.map { wrong[$0].answer.golden }, wrong: wrong.count,
        against: finding.against)
    }
  }

  /// The wrong answers that nothing explains, and whether all pairs were tried on each.
  var unexplained: [(probe: Probe, triedPairs: Bool)] { left.map { (wrong[$0], triedPairs.contains($0)) } }

  /// Whether single faults were tried on an answer.
  static func isTried(_ probe: Probe) -> Bool { probe.work <= largestWork }

  // MARK: Single faults

  private mutating func findSingleFaults() {
    let wrong = wrong
    let small = wrong.indices.filter { wrong[$0].work <= Self.quickWork }
    let large = wrong.indices.filter { wrong[$0].work > Self.quickWork && Self.isTried(wrong[$0]) }
    let isSuspect = MutantTable.concurrently(Mutant.catalogue.count) { place -> [Int] in
      small.filter { wrong[$0].mayBe(Mutant.catalogue[place]) }
    }
    // On large cases those that explain small ones; all where there are none.
    let isAlone = isSuspect.allSatisfy(\.isEmpty)
    let explained = MutantTable.concurrently(Mutant.catalogue.count) { place -> [Int] in
      guard isAlone || !isSuspect[place].isEmpty else { return [] }
      return isSuspect[place] + large.filter { wrong[$0].mayBe(Mutant.catalogue[place]) }
    }
    var candidates = Array(explained.indices)
    func share(_ place: Int) -> [Int] { explained[place].filter(left.contains) }
    while let most = candidates.map({ share($0).count }).max(), most > 0 {
      guard let best = candidates.first(where: { share($0).count == most }) else { break }
      let own = share(best)
      let equals = candidates.filter { share($0) == own }
      candidates.removeAll(where: equals.contains)
      add(equals.map { [Mutant.catalogue[$0]] }, own)
    }
  }

  /// Takes over the suspects that the fewest right answers contradict, unless as many contradict as support them.
  private mutating func add(_ suspects: [[Mutant]], _ explained: [Int]) {
    let families = Set(explained.map { wrong[$0].family })
    let right = right.filter { families.contains($0.family) }
    let against = suspects.map { faults in
      MutantTable.concurrently(right.count) { place in
        faults.contains { right[place].asked.contains($0.kind) } && !right[place].isThat(of: faults)
      }.count { $0 }
    }
    guard let fewest = against.min(), fewest < explained.count else { return }
    let kept = zip(suspects, against).filter { $0.1 == fewest }.map(\.0)
    findings.append(Finding(suspects: kept, explained: explained, against: fewest))
    left.removeAll(where: explained.contains)
  }

  // MARK: Several at once

  /// Several of the faults that were found.
  private mutating func findCombinations() {
    var known: [Mutant] = []
    for mutant in findings.flatMap({ $0.suspects.first ?? [] }) where !known.contains(where: { $0.name == mutant.name })
    {
      known.append(mutant)
    }
    var groups: [(faults: [Mutant], explained: [Int])] = []
    for place in left where Self.isTried(wrong[place]) {
      let relevant = Array(known.filter { wrong[place].asked.contains($0.kind) }.prefix(6))
      let probe = wrong[place]
      guard let faults = relevant.subsets.first(where: { probe.isThat(of: $0) }) else { continue }
      if let group = groups.firstIndex(where: { $0.faults.map(\.name) == faults.map(\.name) }) {
        groups[group].explained.append(place)
      } else {
        groups.append((faults, [place]))
      }
    }
    for group in groups { add([group.faults], group.explained) }
  }

  /// Any two faults that give one of the answers, and how many of the others they give.
  private mutating func findPairs() {
    for place in left {
      let probe = wrong[place]
      guard left.contains(place), probe.work <= Self.largestPairWork, probe.isTelling, pairRuns < Self.pairLimit
      else { continue }
      let pairs = candidatePairs(probe)
      pairRuns += pairs.count
      triedPairs.insert(place)
      let fits = MutantTable.concurrently(pairs.count) { probe.isThat(of: pairs[$0]) }
      let suspects = zip(pairs, fits).filter(\.1).map(\.0)
      let explained = suspects.map { pair in left.filter { $0 == place || wrong[$0].isThat(of: pair) } }
      guard let most = explained.map(\.count).max(), let best = explained.first(where: { $0.count == most }) else {
        continue
      }
      add(zip(suspects, explained).filter { $0.1 == best }.map(\.0), best)
    }
  }

  /// Pairs of faults that show in a case, each by itself; the many exchanges of biases alone are left out.
  private func candidatePairs(_ probe: Probe) -> [[Mutant]] {
    let biases: FaultSet = [.lstmBiasOrder, .gruBiasOrder, .lstmBiasOfOtherGate, .gruBiasOfOtherGate]
    let possible = Mutant.catalogue.filter { mutant in
      probe.asked.contains(mutant.kind) && !biases.contains(mutant.kind)
        && !(probe.answer.claims.isForwardOnly && mutant.kind.isOfBackward)
    }
    let mutants = probe.shown(of: possible)
    return mutants.indices.flatMap { a in
      mutants[(a + 1)...].filter { $0.kind != mutants[a].kind }.map { [mutants[a], $0] }
    }
  }

  /// A name that rests on one answer, and that several wrong answers of the same layer speak against, is no name.
  private mutating func dropDoubtful() {
    for finding in findings where finding.explained.count == 1 && findings.count == 1 {
      let family = wrong[finding.explained[0]].family
      let kinds = FaultSet(finding.suspects.flatMap { $0.map(\.kind) })
      let doubts = left.count { wrong[$0].family == family && !wrong[$0].asked.isDisjoint(with: kinds) }
      guard doubts > 1 else { continue }
      findings = []
      left = (left + finding.explained).sorted()
    }
  }
}

extension [Mutant] {
  /// All choices of two or more of different kinds, the smallest first.
  fileprivate var subsets: [[Mutant]] {
    guard count > 1 else { return [] }
    let all = (1..<(1 << count)).map { bits in indices.filter { bits >> $0 & 1 == 1 }.map { self[$0] } }
    return all.filter { $0.count > 1 && Set($0.map(\.kind)).count == $0.count }.sorted { $0.count < $1.count }
  }
}
