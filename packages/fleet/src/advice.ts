/**
 * What whoever works here can do about a failure, as data: whoever shows it puts it in the words of its own commands,
 * buttons or links.
 *
 * - `see applications`, `see pods`, `see history`, `see fields`: look at what there is
 * - `follow`: a change goes on without us; `find out`: whether one was sent at all is not known
 * - `wait or take over`, `take over`: another change has locked an application
 * - `end bump first`: a roll-out is under way in that cluster, which has to go on or back before; `go on or back`: one has
 *   stopped; `go on back`: one that goes back has stopped
 * - `begin bump`: none is under way
 * - `remove`: what is left of an application, by its pods where all of them are known
 * - `confirm emptiness`: nothing would be left of a cluster
 * - `end unreachable`: a task that is left alone, since its pod cannot be reached
 * - `look after shutdown`: a pod may still be on its way
 * - `give more time`, `choose pod`, `name tool`, `check chroot`
 */
export type Advice =
  | { readonly to: 'see applications' | 'see pods' | 'see history' | 'see fields' }
  | { readonly to: 'follow' | 'find out' | 'wait or take over' | 'take over' | 'begin bump' | 'confirm emptiness' }
  | { readonly to: 'look after shutdown' | 'give more time' | 'name tool' | 'check chroot' }
  | {
      readonly to: 'end bump first' | 'go on or back' | 'go on back' | 'find out, then go on or back';
      readonly cluster: string;
    }
  | { readonly to: 'remove'; readonly application: string; readonly cluster: string; readonly seqs?: readonly number[] }
  | { readonly to: 'end unreachable'; readonly task: string }
  | { readonly to: 'choose pod'; readonly pods: readonly string[] };

/** The same, checked by the compiler where an error takes any. */
export function advised<A extends Advice>(advice: A): A {
  return advice;
}
