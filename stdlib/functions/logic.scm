/// Whether at least one element is true.
fn any(xs: bool[]): bool {
  for x in xs {
    if x {
      return true
    }
  }
  return false
}

/// Whether no element is false.
fn all(xs: bool[]): bool {
  for x in xs {
    if not x {
      return false
    }
  }
  return true
}

/// How many elements are true.
fn count(xs: bool[]): int {
  var found = 0
  for x in xs {
    if x {
      found = found + 1
    }
  }
  return found
}
