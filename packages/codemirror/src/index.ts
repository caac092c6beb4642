export { acceptGhost, acceptGhostWord, acceptSelected, acceptSlot, revertAccept } from './accept.ts';
export { type Accepted, type AcceptedBy, accepted, reverted } from './accepted.ts';
export { armBar, dismiss, moveSelection, suggest, turnPage } from './choose.ts';
export { explainSelected } from './explain.ts';
export { foreword } from './foreword.ts';
export { candidates, type Offer, setSurfaces } from './offer.ts';
export {
  type Answered,
  type Asked,
  type ForewordKeys,
  type ForewordOptions,
  forewordOptions,
  type ResolvedOptions,
  type Surfaces,
} from './options.ts';
