// an estimator that is not there, and a column that is missing
data trial = csv("trial.csv")
graph G { female -> drug, clot  drug -> clot  drug -> stroke }
query a = estimate P(clot | do(drug = A)) from trial by backdor(female) in G
query b = estimate P(stroke | do(drug = A)) from trial by backdoor(female) in G
query c = estimate P(clot | do(drug = A)) from trials by backdoor(age) in G
