// The admissions of `berkeley.scm` once more, from the forms alone: no model of how departments decide, only a graph. Two
// effects hide in one question. The total effect of gender on admission goes by way of the choice of a department too;
// nothing confounds it, so it is what was seen: 45 % of the men and 30 % of the women were admitted. The effect of what
// the committee reads on the form is another one: acting on it leaves the choice of a department as it is. It has to be
// adjusted for departments, since gender leads to both, and then it is turned round: 39 % and 43 %. `identify` gives
// both formulas with their steps, and the estimates put the shares of the 4526 forms into them (Bickel, Hammel and
// O'Connell 1975; the six largest departments). The e-values and tests beside say nothing of whether the graph is right:
// if those who are likelier to be admitted chose other departments than the rest, departments would be a collider, and
// adjusting for them would be wrong.
enum Gender { man, woman }

// department,gender,perceived,admitted,count: a row stands for so many forms
data forms = csv("berkeley_forms.csv")

graph Admissions {
  gender -> department, perceived
  department, perceived -> admitted
}

/// The total effect of gender: not confounded.
query total = identify P(admitted | do(gender))
query total_men = estimate E(admitted | do(gender = man)) from forms weighted count by auto     //= 0.4452
query total_women = estimate E(admitted | do(gender = woman)) from forms weighted count by auto //= 0.3035

/// The effect of what is read: adjusted for departments.
query adjusted = identify P(admitted | do(perceived))
query adjusted_men = estimate E(admitted | do(perceived = man)) from forms weighted count by auto //= 0.3873
query adjusted_women = estimate E(admitted | do(perceived = woman)) from forms weighted count by auto //= 0.43
