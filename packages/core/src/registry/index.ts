export type { ListingProblem, PodListing } from './list-pods.ts';
export { listPods } from './list-pods.ts';
export { clusterPath, coordinatorPath, hashPath, podsPath, snapshotPath } from './paths.ts';
export type { NewRegistration, Registered } from './register-pod.ts';
export { registerPod, registrationData } from './register-pod.ts';
export type { DependencyNow } from './watch-dependency.ts';
export { watchDependency } from './watch-dependency.ts';
export type { ClusterMembers } from './watch-pods.ts';
export { watchPods } from './watch-pods.ts';
