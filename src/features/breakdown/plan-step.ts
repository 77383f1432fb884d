/** A step of a breakdown, as the contract words it. */
export interface PlanStep {
  readonly id: string;
  readonly title: string;
  readonly detail?: string;
  readonly estimate_minutes: number;
  readonly depends_on: readonly string[];
  readonly substeps: readonly PlanStep[];
}
