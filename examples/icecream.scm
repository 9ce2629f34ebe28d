// Ice cream and accidents: heat sells ice cream and tires drivers, so the two go together, and a ban on ice cream
// would change nothing. A confounder, three ways to ask.
model Summer {
  temperature ~ normal(25, 5)
  icecream := 2 * temperature + sample normal(0, 4)
  accidents := 0.5 * temperature + sample normal(0, 1)
}

/// What is seen on days when 60 are sold.
query see = E(accidents | icecream = 60) //= 14.6551724 (12.5 + 25/116 * 10)
/// What happens if 60 are sold, whatever the heat.
query act = E(accidents | do(icecream = 60)) //= 12.5
/// What would have happened on the day with 40 sold and 11 accidents.
query had = E(accidents[do(icecream = 60)] | icecream = 40, accidents = 11) //= 11
