// Commands that cannot be run, and costs that are none.
extern fn open_quote(x: real): real from command "python 'sim.py"
extern fn nothing(x: real): real from command " "
extern fn tongue(x: real): real from command "python sim.py" by yaml
extern fn wide(x: vector): vector from command "python sim.py" by columns cost 2
extern fn free(x: real): real cost 0
model M {
  a := open_quote(1) + nothing(1) + tongue(1) + sum(wide([1, 2])) + free(1)
}
query q = E(a)
