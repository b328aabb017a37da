import { type FaultPlan } from '../plan.ts';

export type FaultOf<K extends FaultPlan['kind']> = Extract<FaultPlan, { readonly kind: K }>;

/** Ends what a fault does. */
export type Ending = () => void;
