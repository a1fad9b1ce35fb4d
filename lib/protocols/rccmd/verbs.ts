/** Verbs are settings, which the editor reads as well; so their table stands in lib/core. */
export * from '../../core/rccmd/verbs';
