/**
 * Failures that speak of the signer's certificate, its time stamp or the algorithm alone: nobody we know signed, but nothing shows that
 * the file was changed. Any other failure shows that it was, or that its manifest was made wrongly.
 */
export const OF_THE_SIGNER =
  /^(?:signingCredential|timeStamp|timeOfSigning|algorithm)\.|^claimSignature\.outsideValidity$/;

/** What C2PA calls a certificate that does not hold, before as after. */
export const EXPIRED = 'signingCredential.expired';
