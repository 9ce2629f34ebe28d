// Hares and lynxes, one animal at a time: a jump process by Gillespie's algorithm (1977). The time to the next event is
// exponential with the sum of all rates, and which event it is falls in proportion to them.
const days = 6.0

/// Runs the process from a time to another, and gives the numbers of hares and lynxes.
fn run(start: (int, int), time: real, birth: real, hunt: real, death: real) {
  let (hares_before, lynxes_before) = start
  var hares = hares_before
  var lynxes = lynxes_before
  var left = time
  // A world overrun by hares is not worth simulating to the end.
  while left > 0 and hares < 2000 {
    let born = birth * hares
    let eaten = hunt * hares * lynxes
    let starved = death * lynxes
    let total = born + eaten + starved
    if total == 0 {
      return (hares, lynxes)
    }
    left = left - sample exponential(total)
    if left > 0 {
      let which = total * sample uniform(0, 1)
      if which < born {
        hares = hares + 1
      } else if which < born + eaten {
        hares = hares - 1
        lynxes = lynxes + 1
      } else {
        lynxes = lynxes - 1
      }
    }
  }
  return (hares, lynxes)
}

model Valley {
  hunt ~ lognormal(log(0.01), 0.5)
  let (hares_half, lynxes_half) = run((50, 20), days / 2, 0.5, hunt, 0.3)
  half_way := hares_half
  let (hares_end, lynxes_end) = run((hares_half, lynxes_half), days / 2, 0.5, hunt, 0.3)
  hares := hares_end
  lynxes := lynxes_end
}

// What would the hares do if nobody hunted them? A birth process: they grow like exp(t / 2).
query unhunted = E(hares | do(hunt = 0)) using importance(samples = 2000) //= 50 * exp(3) = 1004.3
// And the lynxes die out one by one.
query starving = E(lynxes | do(hunt = 0)) using importance(samples = 2000)  //= 20 * exp(-1.8) = 3.306
query alive = P(lynxes > 0 | do(hunt = 0)) using importance(samples = 2000) //= 1 - (1 - exp(-1.8))^20 = 0.9729
// Counted twice, half way and at the end: how often does a lynx catch a hare? (The counts were simulated at 0.01.)
query learned = posterior(hunt | half_way ~= 86, hares ~= 67, lynxes ~= 80)
  using abc(quantile = 0.02, simulations = 20000)
