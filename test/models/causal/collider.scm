/// Two causes of one effect: seen, not seen, and acted on.
model Hiring {
  talent ~ normal(0, 1)
  looks ~ normal(0, 1)
  hired := talent + looks > 1
  mark := talent + looks + sample normal(0, 1)
}

query apart = Corr(talent, looks)                    //= 0
query selected = Corr(talent, looks | hired)         //= -0.616883057198
query acted = Corr(talent, looks | do(hired = true)) //= 0
query explained = E(talent | mark = 3, looks = 1)    //= 1
query marked = E(talent | mark = 3)                  //= 1
query marked_cov = Cov(talent, looks | mark = 3)     //= -1/3
query chance = P(hired)                              //= 0.2397500610934768
query other = P(hired[do(looks = 0)] | hired)        //= 0.450751388217
