import type { LimitKind } from '../limits';
import { moduleCharge, stringCharge } from './charge';
import { deviationCharge, deviationDischarge } from './current-deviation';
import { impedanceBaseline } from './impedance-baseline';
import { impedanceDynamic } from './impedance-dynamic';
import { impedanceStatic } from './impedance-static';
import type { Rule } from './rule';
import { stringCurrent } from './string-current';
import { stringVoltage } from './string-voltage';
import { temperature } from './temperature';
import { voltage } from './voltage';
import { voltageDifference } from './voltage-difference';

/** The rule of each kind of limit. */
export const RULES: Readonly<Record<LimitKind, Rule>> = {
    voltage,
    temperature,
    impedanceStatic,
    impedanceDynamic,
    impedanceBaseline,
    voltageDifference,
    moduleCharge,
    stringCharge,
    stringVoltage,
    stringCurrent,
    deviationCharge,
    deviationDischarge,
};
