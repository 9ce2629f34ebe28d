// I had a headache, took an aspirin, and the headache is gone. Was it the aspirin? A trial can't say: it tells what becomes of
// groups, and the question is about me. With mechanisms it can be answered. Of all headaches 30 % go away by themselves; an
// aspirin cures 60 % of the others. Who feels worse takes one more often. That the headache is gone after an aspirin says
// something about me (abduction); then the aspirin is taken away (action) and all else stays as it was (prediction).
//   necessary   it would not have gone without (probability of necessity)
//   sufficient  it would have gone with one, for somebody who took none and suffers (probability of sufficiency)
//   both        it goes with one and only with one (necessity and sufficiency)
// Here what cures is written out as noise of its own, so nothing hangs on a mechanism chosen by the language. If only
// `gone ~ bernoulli(if aspirin then 0.72 else 0.3)` were known, the answers would carry a warning and bounds.
model Headache {
  bad ~ bernoulli(0.4)
  aspirin ~ bernoulli(if bad then 0.8 else 0.3)
  by_itself ~ bernoulli(0.3)
  cures ~ bernoulli(0.6)
  gone := by_itself or (aspirin and cures)
}

/// The same, as far as a trial can tell.
model Trial {
  aspirin ~ bernoulli(0.5)
  gone ~ bernoulli(if aspirin then 0.72 else 0.3)
}

query effect = P(gone | do(aspirin = true)) - P(gone | do(aspirin = false)) in Headache //= 0.42
query necessary = P(not gone[do(aspirin = false)] | aspirin, gone) in Headache          //= 0.42 / 0.72
query sufficient = P(gone[do(aspirin = true)] | not aspirin, not gone) in Headache      //= 0.6
query both = P(gone[do(aspirin = true)] and not gone[do(aspirin = false)]) in Headache  //= 0.42
/// Of those who took one, how many more are well because of it.
query treated = P(gone | aspirin) - P(gone[do(aspirin = false)] | aspirin) in Headache //= 0.42
/// Any number from 0.42 / 0.72 to 0.7 / 0.72 agrees with the trial.
query trial = P(not gone[do(aspirin = false)] | aspirin, gone) in Trial //= 0.42 / 0.72
