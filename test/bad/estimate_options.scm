// options that methods of estimation do not have, and values that these do not take
data trial = csv("trial.csv")
graph G { female -> drug, clot  drug -> clot }
query a = estimate P(clot | do(drug = A)) from trial by backdoor(female, estimator = matchin)
query b = estimate P(clot | do(drug = A)) from trial by backdoor(female, neighbours = 2)
query c = estimate P(clot | do(drug = A)) from trial by frontdoor(female, give = female)
query d = estimate P(clot | do(drug = A)) from trial by frontdoor(female, given = [femal])
query e = estimate P(clot | do(drug = A)) from trial by did()
query f = estimate P(clot | do(drug = A)) from trial by did(time = cont)
query g = estimate P(clot | do(drug = A)) from trial by rdd(female, running = female, bandwidth = -1)
query h = estimate P(clot | do(drug = A)) from trial by backdoor(female, errors = boot(10))
query i = estimate P(clot | do(drug = A)) from trial by backdoor(estimator = matching, neighbours = 0)
query j = estimate P(clot | do(drug = A)) from trial weighted cont by auto(female)
query k = estimate P(clot | do(drug = A)) from trial under do(drugs) selected by chosen by iv(female, errors = 3, errors = 3)
