/** Hosts of settings are read by the editor as well; so their reader stands in lib/core. */
export * from '../../core/addresses/host';
