import { CODE, type Code } from '../wire/codes.ts';
import type { WriteRequest } from '../wire/requests.ts';
import { type Asker, decide, type TreeView } from './decide.ts';
import { parentOf } from './paths.ts';
import type { ZnodeTxn } from './txn.ts';
import type { ZnodeFacts } from './znode.ts';

/** All steps, or the one code for each that a failed multi is answered with. */
export type MultiDecision = { readonly steps: readonly ZnodeTxn[] } | { readonly codes: readonly Code[] };

/** Decide each step on the tree as the steps before it would leave it. */
export function decideMulti(requests: readonly WriteRequest[], tree: TreeView, asker: Asker): MultiDecision {
  const draft = new Draft(tree);
  const steps: ZnodeTxn[] = [];
  for (const [index, request] of requests.entries()) {
    const step = decide(request, draft, asker);
    if (typeof step === 'number') return { codes: codesOfFailure(requests.length, index, step) };
    draft.apply(step);
    steps.push(step);
  }
  return { steps };
}

function codesOfFailure(count: number, failed: number, code: Code): readonly Code[] {
  return Array.from({ length: count }, (_, index) => {
    if (index === failed) return code;
    return index < failed ? CODE.ok : CODE.runtimeInconsistency;
  });
}

/** A tree with changes that may never come true. */
class Draft implements TreeView {
  readonly #tree: TreeView;
  readonly #changed = new Map<string, ZnodeFacts | undefined>();

  constructor(tree: TreeView) {
    this.#tree = tree;
  }

  get(path: string): ZnodeFacts | undefined {
    const key = path === '/' ? '' : path;
    return this.#changed.has(key) ? this.#changed.get(key) : this.#tree.get(key);
  }

  apply(step: ZnodeTxn): void {
    switch (step.type) {
      case 'create':
        this.#changed.set(step.path, freshFacts(step));
        this.#change(parentOf(step.path), ({ created, childCount }) => ({
          created: created + 1,
          childCount: childCount + 1,
        }));
        break;
      case 'delete':
        this.#changed.set(step.path, undefined);
        this.#change(parentOf(step.path), ({ childCount }) => ({ childCount: childCount - 1 }));
        break;
      case 'setData':
        this.#change(step.path, ({ version }) => ({ version: version + 1 }));
        break;
      case 'setAcl':
        this.#change(step.path, ({ aversion }) => ({ acl: step.acl, aversion: aversion + 1 }));
        break;
      case 'check':
    }
  }

  #change(path: string | undefined, change: (facts: ZnodeFacts) => Partial<ZnodeFacts>): void {
    const facts = path === undefined ? undefined : this.get(path);
    if (path === undefined || facts === undefined) return;
    const { acl, version, aversion, created, childCount, owner } = facts;
    const copy = { acl, version, aversion, created, childCount, owner };
    this.#changed.set(path === '/' ? '' : path, { ...copy, ...change(facts) });
  }
}

function freshFacts({ acl, owner }: ZnodeTxn & { type: 'create' }): ZnodeFacts {
  return { acl, owner, version: 0, aversion: 0, created: 0, childCount: 0 };
}
