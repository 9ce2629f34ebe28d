// an interval whose low end is above its high end
const low = 5
model M { x ~ uniform(low, 3) }
query q = E(x)
