// Two children throw rocks at a bottle. Suzy's rock is there first and shatters it; Billy's, which would have hit too, flies
// through the empty place. Who broke the bottle? Not throwing, Suzy would have changed nothing: the bottle would have been
// broken all the same, by Billy. So "but for" does not find her. The definition of Halpern and Pearl does: hold fixed what did
// happen, that Billy's rock missed, and without Suzy's throw the bottle stands. The same trick does not work for Billy.
//   whatif causes rock_throwing.scm 'shattered | suzy_throws, billy_throws'
// gives `suzy_throws = true` with `billy_hits = false` held, and her hit; Billy's throw is not in the list. Where we only know
// that the bottle broke, each throw is a cause with the probability that it was the one.
model Bottle {
  suzy_throws ~ bernoulli(0.8)
  billy_throws ~ bernoulli(0.5)
  suzy_hits := suzy_throws
  billy_hits := billy_throws and not suzy_hits
  shattered := suzy_hits or billy_hits
}

/// But for her throw the bottle would stand: only where Billy does not throw.
query but_for_suzy = P(not shattered[do(suzy_throws = false)] | suzy_throws, shattered) //= 0.5
/// With Billy's miss held fixed, it would stand whenever she threw.
query held = P(not shattered[do(suzy_throws = false, billy_hits = false)] | suzy_throws, billy_throws) //= 1
/// Holding fixed Suzy's hit, nothing that Billy does matters.
query billy = P(not shattered[do(billy_throws = false, suzy_hits = true)] | suzy_throws, billy_throws) //= 0
