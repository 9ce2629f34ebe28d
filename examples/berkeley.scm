// Graduate admissions at Berkeley, autumn 1973, the six largest departments (Bickel, Hammel and O'Connell 1975).
// 45 % of the men were admitted and 30 % of the women. Did the departments treat women worse? Women applied to
// departments that turn most people away. The committee knows a gender only from the application: `perceived` is what
// it reads, and acting on it leaves the choice of a department as it is.
enum Gender { man, woman }
enum Department { A, B, C, D, E, F }

// department,gender,applicants,admitted: two rows for each department, men first
data berkeley = csv("berkeley.csv")

const applicants = [[berkeley.applicants[2 * d + g] for d in 0..6] for g in 0..2]
const admissions = [[berkeley.admitted[2 * d + g] for d in 0..6] for g in 0..2]
const women_share = sum(applicants[1]) / sum(berkeley.applicants)

/// Where men and women apply: one distribution over departments each.
const choice = [[applicants[g][d] / sum(applicants[g]) for d in 0..6] for g in 0..2]
/// The share that each department admits.
const rate = [[admissions[g][d] / applicants[g][d] for d in 0..6] for g in 0..2]

model Admissions {
  gender ~ categorical(Gender, [1 - women_share, women_share])
  department ~ categorical(Department, choice[gender])
  perceived := gender
  admitted ~ bernoulli(rate[perceived, department])
}

/// What was seen.
query seen_men = P(admitted | gender = man)     //= 0.4451876625789669
query seen_women = P(admitted | gender = woman) //= 0.30354223433242505

/// What if every application had read "man", or "woman", with the departments' mix held?
query all_read_as_men = P(admitted | do(perceived = man))     //= 0.3873185826894222
query all_read_as_women = P(admitted | do(perceived = woman)) //= 0.4299553804607252

/// This applicant was turned down. Would the same application have been admitted with the other gender on it?
query he_as_woman = P(admitted[do(perceived = woman)] | gender = man, department = A, admitted = false) //= 0.5362974795882144
query she_as_man = P(admitted[do(perceived = man)] | gender = woman, department = C, admitted = false) //= 0.043360220342317526
