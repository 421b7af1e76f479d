import type { Endpoint } from '../endpoint.ts'
import { checkAddress } from './addresses/checkAddress.ts'
import { createApiKey } from './apiKeys/createApiKey.ts'
import { deleteApiKey } from './apiKeys/deleteApiKey.ts'
import { listApiKeys } from './apiKeys/listApiKeys.ts'
import { exportAudit } from './audit/exportAudit.ts'
import { listAudit } from './audit/listAudit.ts'
import { changeBankAsk } from './bankAsks/changeAsk.ts'
import { listBankChoices } from './bankAsks/listBankChoices.ts'
import { undoBankAsk } from './bankAsks/undoAsk.ts'
import { askClientToConfirm } from './connections/askToConfirm.ts'
import { checkConnection } from './connections/checkConnection.ts'
import { chooseLedgerOrganisation } from './connections/chooseLedgerOrganisation.ts'
import { closeAccounts, reopenAccounts } from './connections/closeAccounts.ts'
import { confirmForClient } from './connections/confirmForClient.ts'
import { disconnectConnection } from './connections/disconnectConnection.ts'
import { getLedgerChoice } from './connections/getLedgerChoice.ts'
import { matchAccounts } from './connections/matchAccounts.ts'
import { openConnection } from './connections/openConnection.ts'
import { getReconnected, reconnectConnection } from './connections/reconnectConnection.ts'
import { askManyToConfirm } from './consents/askManyToConfirm.ts'
import { countConsents } from './consents/countConsents.ts'
import { exportChosenConsents, exportConsents } from './consents/exportConsents.ts'
import { getConsent } from './consents/getConsent.ts'
import { listConsents } from './consents/listConsents.ts'
import { resumeConsent, snoozeConsent } from './consents/snoozeConsent.ts'
import { checkDraft } from './drafts/checkDraft.ts'
import { connectDraft } from './drafts/connectDraft.ts'
import { createDraft } from './drafts/createDraft.ts'
import { deleteDraft } from './drafts/deleteDraft.ts'
import { disconnectDraftLedger } from './drafts/disconnectDraft.ts'
import { getDraft } from './drafts/getDraft.ts'
import { listDrafts } from './drafts/listDrafts.ts'
import { previewDraft } from './drafts/previewDraft.ts'
import { saveDraft } from './drafts/saveDraft.ts'
import { joinTeam } from './join/joinTeam.ts'
import { lookAtInvitation } from './join/lookAtInvitation.ts'
import { actOnOnboardings } from './lists/actOnOnboardings.ts'
import { countOnboardings } from './lists/countOnboardings.ts'
import { exportOnboardings } from './lists/exportOnboardings.ts'
import { listBanks } from './lists/listBanks.ts'
import { listOnboardings } from './lists/listOnboardings.ts'
import { readBoard } from './lists/readBoard.ts'
import { getMe } from './me/getMe.ts'
import { changeMemberEndpoint } from './members/changeMember.ts'
import { handOverClients } from './members/handOverClients.ts'
import { inviteMember } from './members/inviteMember.ts'
import { listColleagues } from './members/listColleagues.ts'
import { listMembers } from './members/listMembers.ts'
import { removeMemberEndpoint } from './members/removeMember.ts'
import { getNoticeSettings } from './notices/getNoticeSettings.ts'
import { listNotices } from './notices/listNotices.ts'
import { readNoticesEndpoint } from './notices/readNotices.ts'
import { saveNoticeSettings } from './notices/saveNoticeSettings.ts'
import { askAccess } from './onboardings/askAccess.ts'
import { cancelOnboarding, undoCancel } from './onboardings/cancelOnboarding.ts'
import { createOnboardingEndpoint } from './onboardings/createOnboarding.ts'
import { declineOnboarding } from './onboardings/declineOnboarding.ts'
import { extendInvitation } from './onboardings/extendInvitation.ts'
import { getLink } from './onboardings/getLink.ts'
import { getOnboarding } from './onboardings/getOnboarding.ts'
import { inviteClient } from './onboardings/inviteClient.ts'
import { listEvents } from './onboardings/listEvents.ts'
import { readTimeline } from './onboardings/readTimeline.ts'
import { reopenOnboarding } from './onboardings/reopenOnboarding.ts'
import { skipInvitation } from './onboardings/skipInvitation.ts'
import { resumeOnboarding, snoozeOnboarding } from './onboardings/snoozeOnboarding.ts'
import { assignManager } from './organisations/assignManager.ts'
import { changeAccess } from './organisations/changeAccess.ts'
import { editOrganisation } from './organisations/editOrganisation.ts'
import { eraseOrganisation } from './organisations/eraseOrganisation.ts'
import { exportOrganisation } from './organisations/exportOrganisation.ts'
import { getAccess } from './organisations/getAccess.ts'
import { getOrganisation } from './organisations/getOrganisation.ts'
import { revealNiNumber } from './organisations/revealNiNumber.ts'
import { changeLogo, removeLogo } from './practice/changeLogo.ts'
import { changePractice } from './practice/changePractice.ts'
import { getPractice } from './practice/getPractice.ts'
import { getSupportAccess } from './practice/getSupportAccess.ts'
import { previewMessage } from './practice/previewMessage.ts'
import { sendTestMail } from './practice/sendTestMail.ts'
import { changeSupportAccess } from './practice/supportAccess.ts'
import { findCompanies } from './registry/findCompanies.ts'
import { conversionReport } from './reports/conversion.ts'
import { exportConversion } from './reports/exportConversion.ts'
import { checkSignIn } from './signIns/checkSignIn.ts'
import { handOverSignIn } from './signIns/handOverSignIn.ts'
import { listSignIns } from './signIns/listSignIns.ts'
import { changeSignOn } from './signOn/changeSignOn.ts'
import { deleteSignOnEndpoint } from './signOn/deleteSignOn.ts'
import { findSignOn } from './signOn/findSignOn.ts'
import { getSignOn } from './signOn/getSignOn.ts'
import { signUp } from './signUp/signUp.ts'
import { completeStep } from './steps/completeStep.ts'
import { handOverStep } from './steps/handOverStep.ts'
import { reopenStep } from './steps/reopenStep.ts'
import { skipStep } from './steps/skipStep.ts'
import { askPractice } from './support/askPractice.ts'
import { endSupportAccess } from './support/endSupportAccess.ts'
import { findClients } from './support/findClients.ts'
import { getSupportPractice } from './support/getSupportPractice.ts'
import { giveReason } from './support/giveReason.ts'
import { liftLimit } from './support/liftLimit.ts'
import { listTroubles } from './support/listTroubles.ts'
import { changeTeamEndpoint } from './teams/changeTeam.ts'
import { createTeamEndpoint } from './teams/createTeam.ts'
import { deleteTeamEndpoint } from './teams/deleteTeam.ts'
import { getTeamRemoval } from './teams/getTeamRemoval.ts'
import { listTeams } from './teams/listTeams.ts'
import { changeUserEndpoint, removeUserEndpoint } from './users/changeUser.ts'
import { inviteUserEndpoint } from './users/inviteUser.ts'
import { listUsers } from './users/listUsers.ts'
import { resendUser } from './users/resendUser.ts'
import { deleteView } from './views/deleteView.ts'
import { listViews } from './views/listViews.ts'
import { saveView } from './views/saveView.ts'

/** The groups of the reference, in its order, with what they are about. */
export const TAGS = {
  Onboardings: 'One client on the way from creation to completion.',
  Steps: 'Bank, books and matching.',
  Connections: 'Banks and ledgers.',
  Organisations: 'The businesses of clients.',
  Drafts: 'Clients that are still being set up.',
  Registry: 'Public registers of companies.',
  Reports: 'How many clients connect, and how fast.',
  People: 'Who works in the practice, and what they may do.',
  Settings: 'Of the practice.',
  Support: 'For Embark’s own support people alone.',
  'Sign-up': 'Open to everybody.',
}
type Tag = keyof typeof TAGS

/** An endpoint with its operation name in the OpenAPI document, which is stable because generated clients use it. */
export type NamedEndpoint = Endpoint & { name: string; tag: Tag }

const tagged = (tag: Tag, all: Record<string, Endpoint>): NamedEndpoint[] =>
  Object.entries(all).map(([name, one]) => ({ ...one, name, tag }))

/** The endpoints that are open to everybody. */
export const openEndpoints = tagged('Sign-up', { signUp, lookAtInvitation, joinTeam, findSignOn })

/** The endpoints behind a key or a session, in the reference's order, in which paths are matched, too. */
export const endpoints = [
  ...tagged('Onboardings', {
    createOnboarding: createOnboardingEndpoint,
    listOnboardings,
    exportOnboardings,
    countOnboardings,
    readBoard,
    listViews,
    saveView,
    deleteView,
    actOnOnboardings,
    getOnboarding,
    listEvents,
    readTimeline,
    checkAddress,
    inviteClient,
    askAccess,
    skipInvitation,
    getLink,
    undoBankAsk,
    extendInvitation,
    snoozeOnboarding,
    resumeOnboarding,
    declineOnboarding,
    cancelOnboarding,
    undoCancel,
    reopenOnboarding,
    listBanks,
    listBankChoices,
  }),
  ...tagged('Steps', {
    skipStep,
    completeStep,
    reopenStep,
    handOverStep,
    changeBankAsk,
  }),
  ...tagged('Connections', {
    openConnection,
    getLedgerChoice,
    chooseLedgerOrganisation,
    matchAccounts,
    askClientToConfirm,
    checkConnection,
    confirmForClient,
    reconnectConnection,
    getReconnected,
    closeAccounts,
    reopenAccounts,
    disconnectConnection,
    listConsents,
    exportConsents,
    exportChosenConsents,
    askManyToConfirm,
    countConsents,
    getConsent,
    snoozeConsent,
    resumeConsent,
    listSignIns,
    checkSignIn,
    handOverSignIn,
  }),
  ...tagged('Organisations', {
    getOrganisation,
    editOrganisation,
    revealNiNumber,
    exportOrganisation,
    eraseOrganisation,
    assignManager,
    getAccess,
    changeAccess,
    listUsers,
    inviteUser: inviteUserEndpoint,
    changeUser: changeUserEndpoint,
    removeUser: removeUserEndpoint,
    resendUser,
  }),
  ...tagged('Drafts', {
    createDraft,
    listDrafts,
    getDraft,
    checkDraft,
    previewDraft,
    saveDraft,
    deleteDraft,
    connectDraft,
    disconnectDraftLedger,
  }),
  ...tagged('Registry', {
    findCompanies,
  }),
  ...tagged('Reports', {
    readConversion: conversionReport,
    exportConversion,
  }),
  ...tagged('People', {
    getMe,
    listNotices,
    readNotices: readNoticesEndpoint,
    getNoticeSettings,
    saveNoticeSettings,
    listColleagues,
    listMembers,
    inviteMember,
    changeMember: changeMemberEndpoint,
    removeMember: removeMemberEndpoint,
    handOverClients,
    listTeams,
    createTeam: createTeamEndpoint,
    changeTeam: changeTeamEndpoint,
    getTeamRemoval,
    deleteTeam: deleteTeamEndpoint,
  }),
  ...tagged('Settings', {
    getPractice,
    changePractice,
    changeLogo,
    removeLogo,
    previewMessage,
    sendTestMail,
    getSupportAccess,
    changeSupportAccess,
    getSignOn,
    changeSignOn,
    deleteSignOn: deleteSignOnEndpoint,
    listApiKeys,
    createApiKey,
    deleteApiKey,
    listAudit,
    exportAudit,
  }),
  ...tagged('Support', {
    findClients,
    getSupportPractice,
    askPractice,
    endSupportAccess,
    liftLimit,
    listTroubles,
    giveReason,
  }),
]
