/** Owns the published sample answers of the four link operations and of transaction status, word for word. */

import { readFileSync } from 'node:fs';

export const TRACKED = {
  statuscode: 'TXN',
  actcode: null,
  status: 'Transaction Successful',
  data: {
    status: 'CLAIMED',
    amount: 120.11,
    linkActivity: [
      {
        status: 'Payout link created',
        activityAt: '2023-12-12 14:51:25',
      },
      {
        status: 'Payout link notification sent to 8430454547 and [email\u00a0protected]',
        activityAt: '2023-12-12 14:51:26',
      },
      {
        status: 'Beneficiary verification successful',
        activityAt: '2023-12-12 14:51:31',
        orderId: '1231212092131KTMDF',
        accountType: 'ACCOUNT',
        accountNumber: '7770007428585742',
        accountIfsc: 'YESB0CMSNOC',
      },
      {
        status: 'Link Claimed successfully',
        activityAt: '2023-12-12 14:51:31',
        orderId: '1231212092131FDBUT',
        accountType: 'ACCOUNT',
        accountNumber: '7770007428585742',
        accountIfsc: 'YESB0CMSNOC',
      },
    ],
  },
  timestamp: '2023-12-14 16:42:49',
  ipay_uuid: 'h0009ad8a2eb-7790-4fe2-a9af-8cdb732d668c-WbrjDVgsp8oy',
  orderid: null,
  environment: 'PRODUCTION',
  internalCode: null,
};

export const LISTED = {
  statuscode: 'TXN',
  actcode: null,
  status: 'Transaction Successful',
  data: {
    meta: {
      totalPages: 6,
      currentPage: 1,
      totalRecords: 12,
      recordsOnCurrentPage: 2,
      recordFrom: 1,
      recordTo: 2,
    },
    records: [
      {
        amount: 120.11,
        purpose: 'refund',
        description: 'Giving captch payment',
        status: 'ISSUED',
        linkId: '657aa9841b8d3897ff0a84fb',
        contactDetails: {
          name: 'Sample Name',
          email: '[email protected]',
          mobile: '7428585742',
        },
        referenceNo: 'NA',
        orderId: '1231214070644TLWAP',
        url: 'https://instant.pe/LS25FH',
        qrUrl: 'https://api.instantpay.in/payment/payout/link/qr/LS25FH',
        paymentModes: ['ACCOUNT'],
        verifyBene: true,
        activatedAt: '2023-11-20 14:02:00',
        expiredAt: '2024-03-13 12:36:44',
      },
      {
        amount: 120.11,
        purpose: 'refund',
        description: 'Giving captch payment',
        status: 'PROCESSING',
        linkId: '657a9ac51b8d3897ff0a84f9',
        contactDetails: {
          name: 'Sample Name',
          email: '[email protected]',
          mobile: '7428585742',
        },
        referenceNo: 'NA',
        orderId: '1231214060349YVGXT',
        url: 'https://instant.pe/CH24wF',
        qrUrl: 'https://api.instantpay.in/payment/payout/link/qr/CH24wF',
        paymentModes: ['ACCOUNT'],
        verifyBene: true,
        activatedAt: '2023-11-20 14:02:00',
        expiredAt: '2024-03-13 11:33:49',
      },
    ],
  },
  timestamp: '2023-12-14 16:43:59',
  ipay_uuid: 'h0009ad8a356-b745-4ee2-88bb-0c4abb750ed7-bQQqUjuG4ASN',
  orderid: null,
  environment: 'PRODUCTION',
  internalCode: null,
};

export const NOTIFIED = {
  statuscode: 'TXN',
  actcode: null,
  status: 'Notification Link Sent To *******742 and ******@instantpay.in',
  data: null,
  timestamp: '2023-12-14 15:27:40',
  ipay_uuid: 'h0009ad88809-ebd1-49ef-80cf-d2686d11072a-lcvrH7edHrIt',
  orderid: null,
  environment: 'PRODUCTION',
  internalCode: null,
};

export const CANCELLED = {
  statuscode: 'TXN',
  actcode: null,
  status: 'Link Cancelled Successfully',
  data: null,
  timestamp: '2023-12-14 11:29:45',
  ipay_uuid: 'h0009ad832f4-f43d-40c0-81d3-c04979ab81df-e51WjQG73oSk',
  orderid: null,
  environment: 'PRODUCTION',
  internalCode: null,
};

/** The published answer of a transaction's status, byte for byte. */
export const TRANSACTION_TEXT = readFileSync(
  new URL('../../fakes/instantpay/published/transaction-status.json', import.meta.url),
  'utf8',
);

export const TRANSACTION: { ipay_uuid: string } & Record<string, unknown> = JSON.parse(TRANSACTION_TEXT);
