// Berkson's hiring: a firm takes everybody who is skilled or charming enough. Among all applicants the two have nothing
// to do with each other; among the hired, the charming are less skilled.
model Hiring {
  skill ~ normal(0, 1)
  charm ~ normal(0, 1)
  hired := skill + charm > 1
}

query everybody = Corr(skill, charm)                  //= 0
query among_hired = Corr(skill, charm | hired)        //= -0.6168830571975441
query skill_of_charming = E(skill | hired, charm > 1) //= 0.4873987090824344
query skill_of_others = E(skill | hired, charm < 1)   //= 1.268382224314437

/// Charm taught to somebody does not take skill away.
query taught = E(skill | do(charm = 2)) - E(skill | do(charm = 0)) //= 0
