// a string in single quotes
data trial = csv('trial.csv')
