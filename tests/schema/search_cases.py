"""What search finds and what it does not: a needle, a text, how the text matches (None: not at all), and the part.

The first column says what the case is about. Texts stand as printed; the part that matches is marked with [ ].
"""

from __future__ import annotations

CASES = """
whole            | 양자                       | EXACT    | [양자]
whole            | 국가전략기술                 | EXACT    | [국가전략기술]
whole            | 과학기술정보통신부             | EXACT    | [과학기술정보통신부]
whole            | 미래창조과학부               | EXACT    | [미래창조과학부]
whole            | 값                         | EXACT    | [값]
whole            | SMR                       | EXACT    | [SMR]
whole            | smr                       | EXACT    | [SMR]
whole            | 넥스트                      | EXACT    | [넥스트]
whole            | next                      | EXACT    | [NEXT]
whole            | 조세특례제한법               | EXACT    | [조세특례제한법]
whole            | 까치                       | EXACT    | [까치]
two syllables    | 예산                       | INSIDE   | 연구개발 [예산] 배분
two syllables    | 과기                       | PREFIX   | [과기]정통부
two syllables    | 전략                       | INSIDE   | 국가[전략]기술
two syllables    | 기술                       | INSIDE   | 국가전략[기술]
two syllables    | 반도                       | PREFIX   | [반도]체 소재·부품
two syllables    | 원자                       | INSIDE   | 소형 모듈형 [원자]로(SMR)
two syllables    | 산단                       | INSIDE   | 국가[산단] 조성
two syllables    | 정통                       | INSIDE   | 과기[정통]부
two syllables    | 센싱                       | INSIDE   | 양자[센싱]
one syllable     | 양                         | PREFIX   | [양]자
one syllable     | 예                         | INSIDE   | 연구개발 [예]산 배분
one syllable     | 로                         | INSIDE   | 소형 모듈형 원자[로](SMR)
one syllable     | 법                         | INSIDE   | 조세특례제한[법]
one syllable     | 구                         | INSIDE   | 연[구]개발 예산 배분
half typed       | 구                         | PREFIX   | [국]가전략기술
half typed       | 구                         | PREFIX   | [구]글
half typed       | 국                         | PREFIX   | [국]가전략기술
half typed       | 국                         | PREFIX   | [구글]
half typed       | 구그                       | PREFIX   | [구글]
half typed       | 구글                       | EXACT    | [구글]
half typed       | ㄱ                         | PREFIX   | [구]글
half typed       | 국ㄱ                       | PREFIX   | [국가]전략기술
half typed       | 국가ㅈ                      | PREFIX   | [국가전]략기술
half typed       | 국가저                      | PREFIX   | [국가전]략기술
half typed       | 국갖                       | PREFIX   | [국가전]략기술
half typed       | 예ㅅ                       | INSIDE   | 연구개발 [예산] 배분
half typed       | 예사                       | INSIDE   | 연구개발 [예산] 배분
half typed       | 옛                         | INSIDE   | 연구개발 [예산] 배분
half typed       | 갑                         | PREFIX   | [값]
half typed       | 가                         | PREFIX   | [값]
half typed       | 고                         | PREFIX   | [과]기정통부
half typed       | 과ㄱ                       | PREFIX   | [과기]정통부
half typed       | 곽                         | PREFIX   | [과기]정통부
half typed       | 야                         | INSIDE   | 유전자 [야]생종
half typed       | 양ㅈ                       | PREFIX   | [양자]센싱
half typed       | 양잣                       | PREFIX   | [양자센]싱
half typed       | 첨다                       | INSIDE   | 국가[첨단]전략산업법
half typed       | 으                         | PREFIX   | [의]료 인공지능
half typed       | 달                         | PREFIX   | [닭]
half typed       | 달ㄱ                       | EXACT    | [닭]
half typed       | 닭                         | PREFIX   | [달기]지
half typed       | 까ㅊ                       | PREFIX   | [까치]
half typed       | 무                         | PREFIX   | [뭐]든지
initials         | ㄱㄱㅈㄹㄱㅅ                 | INITIALS | [국가전략기술]
initials         | ㄱㄱ                       | INITIALS | [국가]전략기술
initials         | ㅇㅅ                       | INITIALS | 연구개발 [예산] 배분
initials         | ㅇㅈ                       | INITIALS | [양자]센싱
initials         | ㅅㅅ                       | INITIALS | 양자[센싱]
initials         | ㄱㅈㅌㅂ                    | INITIALS | 과[기정통부]
initials         | ㄱㄱㅈㅌㅂ                  | INITIALS | [과기정통부]
initials         | ㅂㄷㅊ                      | INITIALS | [반도체] 소재·부품
initials         | ㅂㄷㅊㅅㅈ                  | INITIALS | [반도체 소재]·부품
initials         | ㅅㅈㅂㅍ                    | INITIALS | 반도체 [소재·부품]
initials         | ㅅ ㅈ ㅂ ㅍ                 | INITIALS | 반도체 [소재·부품]
initials         | ㄲㅊ                       | INITIALS | [까치]
initials         | ㄳ                         | INITIALS | 국가전략[기술]
initials         | ㄹ(smr                     | INITIALS | 소형 모듈형 원자[로(SMR])
initials         | ㅈㅅㅌㄹㅈㅎㅂ               | INITIALS | [조세특례제한법]
spacing          | 국가 전략 기술               | EXACT    | [국가전략기술]
spacing          | 국 가 전 략                 | PREFIX   | [국가전략]기술
spacing          | 예산배분                    | INSIDE   | 연구개발 [예산 배분]
spacing          | 소형모듈형원자로             | PREFIX   | [소형 모듈형 원자로](SMR)
spacing          | 소재부품                    | INSIDE   | 반도체 [소재·부품]
spacing          | 소재・부품                   | INSIDE   | 반도체 [소재·부품]
spacing          | 소재ㆍ부품                   | INSIDE   | 반도체 [소재·부품]
spacing          | 신성장원천기술               | EXACT    | [신성장·원천기술]
spacing          | 신성장 · 원천               | PREFIX   | [신성장·원천]기술
spacing          | 원천ㄱ                      | INSIDE   | 신성장·[원천기]술
spacing          | 「국가전략기술」              | EXACT    | [국가전략기술]
spacing          | 의료인공지능                 | EXACT    | [의료 인공지능]
spacing          | 의료-인공                   | PREFIX   | [의료 인공]지능
spacing          | 배 분                      | INSIDE   | 연구개발 예산 [배분]
spacing          | 원자로 SMR                  | INSIDE   | 소형 모듈형 [원자로(SMR])
width            | ＳＭＲ                      | EXACT    | [SMR]
width            | Ｒ＆Ｄ                      | PREFIX   | [R&D] 투자
width            | r&d                       | PREFIX   | [R&D] 투자
width            | R & D투자                  | EXACT    | [R&D 투자]
width            | 투자                       | INSIDE   | R&D [투자]
width            | 5g                        | PREFIX   | [5G] 특화망
width            | ５Ｇ특화                    | PREFIX   | [5G 특화]망
pair             | smr                       | INSIDE   | 소형 모듈형 원자로([SMR])
pair             | 원자로                      | INSIDE   | 소형 모듈형 [원자로](SMR)
pair             | 모듈형                      | INSIDE   | 소형 [모듈형] 원자로(SMR)
pair             | 특화망                      | INSIDE   | 5G [특화망]
former           | 미래창조                    | PREFIX   | [미래창조]과학부
former           | 창조과학                    | INSIDE   | 미래[창조과학]부
former           | ㅁㄹㅊㅈ                    | INITIALS | [미래창조]과학부
short            | 국가첨단                    | PREFIX   | [국가첨단]전략산업법
short            | 전략산업법                   | INSIDE   | 국가첨단[전략산업법]
short            | 특례제한                    | INSIDE   | 조세[특례제한]법
layout           | rnrrk                     | PREFIX*  | [국가]전략기술
layout           | rnrr                      | PREFIX*  | [국가]전략기술
layout           | rnr                       | PREFIX*  | [국]가전략기술
layout           | dPtks                     | INSIDE*  | 연구개발 [예산] 배분
layout           | didwk                     | EXACT*   | [양자]
layout           | didwktp                   | PREFIX*  | [양자센]싱
layout           | RKcl                      | EXACT*   | [까치]
layout           | rkqt                      | EXACT*   | [값]
layout           | rhkrl                     | PREFIX*  | [과기]정통부
layout           | RNRRK                     | NONE     | 국가전략기술
layout           | SMR                       | NONE     | 늑대
layout           | ㄴㅡㄱ                      | EXACT*   | [SMR]
layout           | ㄴㅡㄱ                      | INSIDE*  | 소형 모듈형 원자로([SMR])
layout           | ㅜㄷㅌㅅ                    | EXACT*   | [NEXT]
layout           | wpgksqjq                  | INSIDE*  | 조세특례[제한법]
composed         | 양자                      | EXACT    | [양자]
composed         | 예산                      | INSIDE   | 연구개발 [예산] 배분
composed         | ㅇㅑㅇㅈㅏ                  | EXACT    | [양자]
near miss        | 국기                       | NONE     | 국가전략기술
near miss        | 가전                       | INSIDE   | 국[가전]략기술
near miss        | 국가기술                    | NONE     | 국가전략기술
near miss        | 사난                       | NONE     | 국가산단 조성
near miss        | 자세                       | NONE     | 유전자 야생종
near miss        | 자센                       | INSIDE   | 양[자센]싱
near miss        | 악                         | NONE     | 국가전략기술
near miss        | 낙                         | NONE     | 연구개발 예산 배분
near miss        | 사나                       | NONE     | 연구개발 예산 배분
near miss        | 가ㄴ                       | NONE     | 국가전략기술
near miss        | 까                         | NONE     | 국가전략기술
near miss        | ㄲ                         | NONE     | 국가전략기술
near miss        | ㄱㅊ                       | NONE     | 까치
near miss        | ㄱㄱㄱㅅ                    | NONE     | 국가전략기술
near miss        | ㄱㅈㄹㄱㅅㅂ                 | NONE     | 국가전략기술
near miss        | 아                         | NONE     | 값
near miss        | 값이                       | NONE     | 값
near miss        | 갓                         | NONE     | 값
near miss        | 구굴                       | NONE     | 구글
near miss        | 양자역학                    | NONE     | 양자
near miss        | 예ㅈ                       | NONE     | 연구개발 예산 배분
near miss        | 개바                       | INSIDE   | 연구[개발] 예산 배분
near miss        | 개받                       | NONE     | 연구개발 예산 배분
near miss        | smt                       | NONE     | SMR
near miss        | mrs                       | NONE     | SMR
near miss        | 오자                       | NONE     | 소형 모듈형 원자로(SMR)
near miss        | 통신                       | NONE     | 과기정통부
near miss        | 정통신                      | NONE     | 과기정통부
near miss        | 략기숤                      | NONE     | 국가전략기술
near miss        | 국가전략기술육성              | NONE     | 국가전략기술
near miss        | 달ㅅ                       | NONE     | 닭
near miss        | 과ㅏ                       | NONE     | 과기정통부
"""

ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in CASES.strip().splitlines()]
