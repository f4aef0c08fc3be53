/** A change of the applications under way: steps one after the other, the actions of a step at once. */
export interface Deployment {
  readonly id: string;
  /** ISO-8601: the version that it brings. */
  readonly version: string;
  readonly affectedApps: readonly string[];
  readonly steps: readonly DeploymentStep[];
  /** From 1 once it runs. */
  readonly currentStep: number;
  readonly currentActions: readonly DeploymentAction[];
}

export interface DeploymentStep {
  readonly actions: readonly DeploymentAction[];
}

export interface DeploymentAction {
  readonly action: 'StartApplication' | 'ScaleApplication' | 'RestartApplication' | 'StopApplication';
  readonly app: string;
}
