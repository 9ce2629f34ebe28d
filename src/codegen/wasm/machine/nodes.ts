/** Code of the nodes of machines: their statements, and the ways from one to the next. */
import type { Code } from '../../../runtime/assembly/code.js';
import { branch, branchIf, f64, get, i32, set, types, when } from '../../../runtime/assembly/instructions.js';
import type { Block, Local, StatementOf } from '../../low.js';
import { type Exit, exitOperands, type Item, type Node } from '../../machine.js';
import { usesIn } from '../../writer.js';
import { assignCode, statementCode } from '../statement_code.js';
import { flagOf, numberOf, operandAs, placeOf, type Writer } from '../writer.js';
import { cellAt, frameBytes, frameHead } from './liveness.js';
import { functionOf, type Piece, type Routing, type Written } from './routing.js';
import { framePlaces, growRows, headPlaces } from './rows.js';
import { totalsCode } from './totals.js';

/** Labels around the code of a piece, counted from its own level: behind it stand those of the pieces that follow. */
type Labels = {
  /** Of a piece that follows. */
  readonly piece: (number: number) => number;
  readonly dispatch: number;
  readonly paused: number;
  readonly ended: number;
};

function labelsOf({ pieces }: Routing, at: number): Labels {
  const dispatch = pieces.length - 1 - at;
  return { piece: (number) => number - at - 1, dispatch, paused: dispatch + 1, ended: dispatch + 2 };
}

/** The code of a piece; it ends in a jump. */
export function pieceCode(r: Routing, at: number): Code {
  const piece = r.pieces[at]!;
  return piece.kind === 'load' ? loadCode(r, piece, at) : nodeCode(r, piece, at);
}

/** Whether a local is held as a double. */
const isDouble = ({ flags }: Written, l: Local): boolean => l.slot === 'number' && !flags.has(l.id);

function loadCode(r: Routing, { of, node }: Extract<Piece, { readonly kind: 'load' }>, at: number): Code {
  const { live } = of.standings.get(node)!;
  return [
    live.map((l, k) => {
      const cell = cellAt(k);
      const { frame } = r;
      return set(of.places.get(l.id)!, isDouble(of, l) ? f64.load(get(frame), cell) : i32.load(get(frame), cell));
    }),
    branch(labelsOf(r, at).piece(r.starts.get(node)!)),
  ];
}

/** Puts what is read behind a node into the frame. */
function storeCode(r: Routing, of: Written, node: number): Code {
  return of.standings.get(node)!.live.map((l, k) => {
    const cell = cellAt(k);
    const value = get(of.places.get(l.id)!);
    return isDouble(of, l) ? f64.store(get(r.frame), value, cell) : i32.store(get(r.frame), value, cell);
  });
}

/** Goes to a node of the same machine, from `open` blocks within the piece; nothing of its locals is loaded. */
function goTo(r: Routing, labels: Labels, at: number, node: number, open: number): Code {
  const to = r.starts.get(node)!;
  if (to === at + 1 && open === 0) return [];
  if (to > at) return branch(labels.piece(to) + open);
  return [set(r.next, i32.of(r.nodes + node)), branch(labels.dispatch + open)];
}

function nodeCode(r: Routing, { of, node }: Extract<Piece, { readonly kind: 'node' }>, at: number): Code {
  const labels = labelsOf(r, at);
  const { w, body } = nodeWriter(r, of, node, labels);
  return [node.items.map((item) => itemCode(r, w, item, body)), exitCode(r, w, of, node.exit, at, labels)];
}

/** A writer for the statements of a node. */
function nodeWriter(r: Routing, of: Written, node: Node, labels: Labels): { readonly w: Writer; readonly body: Block } {
  const statements = node.items.flatMap((i) => (i.kind === 'do' ? [i.statement] : []));
  const body: Block = { statements, yields: exitOperands(node.exit) };
  const uses = usesIn(body, node.exit.kind === 'branch');
  const count = new Map(uses.count);
  // What other nodes read, or what is set beside others, has a local.
  for (const id of of.places.keys()) count.delete(id);
  for (const item of node.items)
    if (item.kind === 'assign') for (const o of item.sources) if (o.kind === 'local') count.delete(o.id);
  r.scratch.restart();
  const w: Writer = {
    program: r.program,
    site: { link: r.link, locals: r.scratch.locals },
    owned: of.machine.owned,
    uses: { count, block: uses.block },
    inlined: new Map(),
    flags: of.flags,
    places: new Map(of.places),
    definitions: new Map(),
    counters: new Map(),
    ...r.base,
    place: null,
    open: 0,
    leave: ({ open }) => branch(labels.ended + open),
    defined: () => [],
  };
  return { w, body };
}

function itemCode(r: Routing, w: Writer, item: Item, body: Block): Code {
  switch (item.kind) {
    case 'do':
      return statementCode(w, item.statement, body);
    case 'assign':
      return assignCode(w, item.targets, item.sources);
    case 'results':
      return [
        deeper(r, -item.below),
        item.targets.map((t, k) => set(placeOf(w, t), get(r.results(t.slot === 'number' ? 'number' : 'word', k)))),
      ];
  }
}

function deeper({ program: { countsDepth, totals } }: Routing, by: number): Code {
  return countsDepth && by !== 0 ? totals.depth.set(i32.add(totals.depth.get, i32.of(by))) : [];
}

function exitCode(r: Routing, w: Writer, of: Written, exit: Exit, at: number, labels: Labels): Code {
  switch (exit.kind) {
    case 'jump':
      return goTo(r, labels, at, exit.to, 0);
    case 'branch': {
      const condition = flagOf(w, exit.condition);
      const then = r.starts.get(exit.then)!;
      return [
        then > at ? branchIf(condition, labels.piece(then)) : when(condition, goTo(r, labels, at, exit.then, 1)),
        goTo(r, labels, at, exit.otherwise, 0),
      ];
    }
    case 'pause':
      return [
        storeCode(r, of, exit.to),
        set(r.next, i32.of(exit.to)),
        set(r.length, i32.of(frameBytes(of.standings.get(exit.to)!))),
        branch(labels.paused),
      ];
    case 'call':
      return r.tries && r.tried(exit.call.callee)
        ? triedCode(r, w, of, exit.call, exit.to, at, labels)
        : callCode(r, w, of, exit.call, exit.to, labels);
    case 'return':
      return returnCode(r, w, of, exit, labels);
  }
}

function returnCode(
  r: Routing,
  w: Writer,
  of: Written,
  { yields }: Extract<Exit, { readonly kind: 'return' }>,
  labels: Labels,
): Code {
  const { low } = r.program;
  if (of.machine.key === low.main.key)
    return [
      yields.map((o, k) => f64.store(i32.add(r.rows.outputs[k]!.get, i32.shl(get(r.p), i32.of(3))), numberOf(w, o))),
      branch(labels.ended),
    ];
  const slots = functionOf(low, of.machine.key).results;
  return [
    yields.map((o, k) => {
      const slot = slots[k] ?? o.slot;
      return set(r.results(slot === 'number' ? 'number' : 'word', k), operandAs(w, o, slot));
    }),
    set(r.next, i32.load(get(r.frame), framePlaces.node)),
    set(r.frame, i32.add(get(r.row), i32.load(get(r.frame), framePlaces.caller))),
    branch(labels.dispatch),
  ];
}

const calleeOf = (r: Routing, { callee }: StatementOf<'call'>): Written => {
  const found = r.written.find(({ machine }) => machine.key === callee);
  if (found === undefined) throw new Error('codegen: a machine is missing');
  return found;
};

/** Bytes of the longest frame of a machine. */
const longestFrame = ({ standings }: Written): number =>
  [...standings.values()].reduce((most, standing) => Math.max(most, frameBytes(standing)), frameHead);

/** Makes room for a frame behind that of the caller, and says in it where the caller goes on. Leaves its address in `length`. */
function enterCode(r: Routing, of: Written, callee: Written, to: number): Code {
  const { row, frame, length, rows } = r;
  const newFrame = i32.add(get(frame), i32.of(frameBytes(of.standings.get(to)!)));
  const end = i32.sub(i32.add(get(length), i32.of(longestFrame(callee))), get(row));
  return [
    set(length, newFrame),
    when(i32.greater(end, rows.stride.get), [
      // Rows move: what is known of this one is taken as an offset.
      set(frame, i32.sub(get(frame), get(row))),
      r.link.call(growRows, end),
      set(row, i32.add(rows.rows.get, i32.mul(get(r.p), rows.stride.get))),
      set(frame, i32.add(get(frame), get(row))),
      set(length, newFrame),
    ]),
    i32.store(get(length), i32.of(to), framePlaces.node),
    i32.store(get(length), i32.sub(get(frame), get(row)), framePlaces.caller),
  ];
}

const argumentsCode = (w: Writer, callee: Written, { args }: StatementOf<'call'>): readonly Code[] =>
  callee.machine.params.map((p, k) => operandAs(w, args[k]!, p.slot));

/** Goes over to another machine. */
function callCode(r: Routing, w: Writer, of: Written, call: StatementOf<'call'>, to: number, labels: Labels): Code {
  const callee = calleeOf(r, call);
  return [
    storeCode(r, of, to),
    deeper(r, call.below),
    enterCode(r, of, callee, to),
    argumentsCode(w, callee, call),
    [...callee.machine.params].reverse().map((p) => set(callee.places.get(p.id)!, [])),
    set(r.frame, get(r.length)),
    set(r.next, i32.of(r.nodes + callee.machine.entry)),
    branch(labels.dispatch),
  ];
}

/**
 * Calls a function in which nothing pauses as a routine. The host's stack may be too small for it: the particle is put down before it as one
 * that stands at the beginning of the function's machine, from where it is taken up again.
 */
function triedCode(
  r: Routing,
  w: Writer,
  of: Written,
  call: StatementOf<'call'>,
  to: number,
  at: number,
  labels: Labels,
): Code {
  const callee = calleeOf(r, call);
  const { program, link, length } = r;
  const routine = program.routines.get(call.callee);
  if (routine === undefined) throw new Error('codegen: a function is missing');
  const slots = functionOf(program.low, call.callee).results;
  const held = callee.machine.params.map((p) => w.site.locals.fresh(p.slot === 'number' ? types.f64 : types.i32));
  return [
    argumentsCode(w, callee, call).map((code, k) => set(held[k]!, code)),
    storeCode(r, of, to),
    deeper(r, call.below),
    enterCode(r, of, callee, to),
    callee.standings.get(callee.machine.entry)!.live.map((l, k) => {
      const value = get(held[callee.machine.params.findIndex(({ id }) => id === l.id)]!);
      return isDouble(callee, l) ? f64.store(get(length), value, cellAt(k)) : i32.store(get(length), value, cellAt(k));
    }),
    i32.store(get(r.head), i32.of(callee.machine.entry), headPlaces.node),
    i32.store(get(r.head), i32.sub(get(length), get(r.row)), headPlaces.offset),
    totalsCode(r),
    w.stream?.store ?? [],
    link.call(routine, ...held.map(get)),
    [...slots]
      .map((slot, k) => ({ slot, k }))
      .reverse()
      .map(({ slot, k }) => set(r.results(slot === 'number' ? 'number' : 'word', k), [])),
    w.stream?.load ?? [],
    r.program.effects.deep(call.callee, 'weight') && program.options.layout !== 'column'
      ? branchIf(f64.equal(w.weight.get, f64.of(Number.NEGATIVE_INFINITY)), labels.ended)
      : [],
    goTo(r, labels, at, to, 0),
  ];
}
