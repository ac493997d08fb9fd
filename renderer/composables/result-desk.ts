/** What the application can do with a result beyond showing it. A report file offers nothing of this. */
import { inject, provide, type InjectionKey } from 'vue';
import type { Experiment } from '../../core/contracts/report.ts';

export interface ResultDesk {
  /** Label of the button, and why one would press it. */
  readonly followMode: string;
  readonly followReason: string;
  /** Makes a material of the crystal distorted along this imaginary mode (its place in `phonons.imaginary`). */
  follow(mode: number): void;
  /** Measured points that stay with the project. */
  readonly measurements: {
    readonly none: string;
    owns(experiment: Experiment): boolean;
    /** Rejects with a `Refusal` where the file is at fault. */
    add(file: File): Promise<void>;
    remove(experiment: Experiment): Promise<void>;
  };
}

const key: InjectionKey<ResultDesk> = Symbol('result desk');

export function provideResultDesk(desk: ResultDesk): void {
  provide(key, desk);
}

export function useResultDesk(): ResultDesk | null {
  return inject(key, null);
}
