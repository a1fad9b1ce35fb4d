/** The table of verbs is in lib/core because the editor uses it, too. */
export * from '../../core/rccmd/verbs';
