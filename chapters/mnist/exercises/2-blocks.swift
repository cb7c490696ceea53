// mnist/2 · From pictures to steps · compute, 10 minutes
// Goal: Make the blocks that a recurrent network reads, one for each row of the pictures.
//
// pictures[n][t] is row t of picture n. Answer with the blocks that the network reads: blocks[t][n] is row t of
// picture n.
//
// Check this file:  swift run exercises mnist/2      A hint:  swift run exercises mnist/2 --hint

func blocks(_ pictures: [[[Double]]]) -> [[[Double]]] {
  // One block for each row.
  return []
}
