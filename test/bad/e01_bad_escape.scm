// an escape that strings do not have
data trial = csv("tri\qal.csv")
