/// The elements in increasing order, by heapsort (Williams 1964, with Floyd's 1964 construction): n log n steps
/// whatever the order.
fn sort(xs) {
  var heap = xs
  var parents = floor(len(xs) / 2)
  var end = len(xs)
  while end > 1 {
    var hole = 0
    var item = heap[0]
    if parents > 0 {
      parents = parents - 1
      hole = parents
      item = heap[hole]
    } else {
      end = end - 1
      item = heap[end]
      heap[end] = heap[0]
    }
    var child = 2 * hole + 1
    while child < end {
      if child + 1 < end and heap[child] < heap[child + 1] {
        child = child + 1
      }
      if heap[child] > item {
        heap[hole] = heap[child]
        hole = child
        child = 2 * hole + 1
      } else {
        child = end
      }
    }
    heap[hole] = item
  }
  return heap
}
