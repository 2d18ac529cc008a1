"""The words of the samples: labels that the taxonomy and the matcher hand over later, and invented users' texts."""

from django.utils.translation import get_language

LONG = (
    "Joint-Stock Company for the Planning, Financing, Construction and Operation "
    "of Grid-Scale Storage of the Northern Regions"
)

# English, Chinese, Arabic.
_LABELS = {
    "vanadium": ("vanadium flow battery", "全钒液流电池", "بطارية تدفق الفاناديوم"),
    "lfp": ("lithium iron phosphate", "磷酸铁锂电池", "فوسفات حديد الليثيوم"),
    "sodium": ("sodium-ion battery", "钠离子电池", "بطارية أيون الصوديوم"),
    "pumped": ("pumped hydro", "抽水蓄能", "التخزين بالضخ"),
    "heat": ("molten salt", "熔盐储热", "الملح المصهور"),
    "pcs": ("power conversion", "储能变流器", "تحويل القدرة"),
    "recycling": ("recycling and second life", "回收与梯次利用", "إعادة التدوير والاستخدام الثاني"),
    "business": ("Business", "商务", "أعمال"),
    "technology": ("Technology", "技术", "تقنية"),
    "technologies": ("Technology", "技术", "التقنية"),
    "side": ("Side", "供需", "الجانب"),
    "mode": ("Cooperation", "合作方式", "نوع التعاون"),
    "countries": ("Country", "国家", "البلد"),
    "supply": ("equipment supply", "设备供应", "توريد المعدات"),
    "licence": ("technology licence", "技术许可", "ترخيص التقنية"),
    "finance": ("project finance", "项目融资", "تمويل المشاريع"),
    "epc": ("EPC and integration", "工程总承包与集成", "الهندسة والتوريد والبناء"),
    "offer": ("Offer", "供应", "عرض"),
    "request": ("Request", "需求", "طلب"),
    "published": ("Published", "已发布", "منشور"),
    "submitted": ("Under review", "审核中", "قيد المراجعة"),
    "returned": ("Returned for changes", "退回修改", "أُعيد للتعديل"),
    "declined": ("Declined", "已拒绝", "مرفوض"),
    "draft": ("Draft", "草稿", "مسودة"),
    "r-technology": (
        "Both name vanadium flow batteries.",
        "双方都写明全钒液流电池。",
        "يذكر الطرفان بطاريات تدفق الفاناديوم.",
    ),
    "r-energy": (
        "400 MWh asked for lies within the 100 to 800 MWh offered.",
        "所需 400 MWh 在对方提供的 100 至 800 MWh 之内。",
        "المطلوب 400 ميغاواط ساعة يقع ضمن المعروض من 100 إلى 800.",
    ),
    "r-country": (
        "The site is in Kazakhstan, one of the countries wished for.",
        "项目位于哈萨克斯坦，是对方希望的国家之一。",
        "يقع الموقع في كازاخستان وهي من البلدان المرغوبة.",
    ),
    "r-budget": (
        "The budget reaches four fifths of the price range.",
        "预算覆盖价格区间的五分之四。",
        "تغطي الميزانية أربعة أخماس نطاق السعر.",
    ),
    "r-certificates": (
        "Two of three certificates asked for are held.",
        "所需三项证书中已具备两项。",
        "شهادتان من ثلاث شهادات مطلوبة متوفرتان.",
    ),
    "r-unknown": (
        "The guaranteed number of cycles is not stated.",
        "未说明保证的循环次数。",
        "لم يُذكر عدد الدورات المضمون.",
    ),
    "r-hint": (
        "Tell us and it may rise to 0.81.",
        "补充后得分可升至 0.81。",
        "أخبرنا به وقد ترتفع الدرجة إلى 0.81.",
    ),
    "r-blocked": (
        "They exclude partners from the country of your site.",
        "对方排除了您项目所在国家的合作方。",
        "يستبعدون الشركاء من بلد موقعكم.",
    ),
    "c-technology": ("Technology", "技术", "التقنية"),
    "c-energy": ("Energy", "能量", "الطاقة"),
    "c-country": ("Country", "国家", "البلد"),
    "c-budget": ("Budget", "预算", "الميزانية"),
    "c-certificates": ("Certificates", "证书", "الشهادات"),
    "c-cycles": ("Cycles", "循环次数", "الدورات"),
    "sent": ("Sent for review", "已提交审核", "أُرسل للمراجعة"),
    "made": ("Draft made", "已创建草稿", "أُنشئت المسودة"),
}

VOICES = (
    ("vanadium flow battery", "en"),
    ("全钒液流电池", "zh-Hans"),
    ("ванадиевая проточная батарея", "ru"),
    ("bateria de fluxo de vanádio", "pt-BR"),
    ("بطارية تدفق الفاناديوم", "ar"),
    ("batterie à flux au vanadium", "fr"),
    ("batería de flujo de vanadio", "es"),
    ("باتری جریانی وانادیوم", "fa"),
    ("baterai alir vanadium", "id"),
    ("वैनेडियम प्रवाह बैटरी", "hi"),
)
SUMMARY = (
    "提供50至200 MW、4至8小时全钒液流电池储能系统，含电堆、电解液、储罐与能量管理系统。"
    "电解液可租赁。适用于哈萨克斯坦与乌兹别克斯坦的高温差地区，已在-30至45 ℃条件下运行三年。"
    "\n\n买方须具备当地施工许可，并承担并网审批。"
)
PROFILE = (
    "公司自2012年起生产全钒液流电池电堆与电解液，年产能1.2 GWh，已在四个国家交付38个项目。"
    "\n我们寻找当地的集成商与运营商，可提供电解液租赁。"
)
SITE = (
    "Площадка в 12 км от подстанции 220 кВ, отвод земли оформлен в 2026 году. "
    "Накопитель выравнивает выработку ветровой станции и участвует в регулировании частоты. "
    "Закупка до конца третьего квартала."
)


def label(key: str) -> str:
    """The word in the language of the page, English where the samples have none."""
    english, chinese, arabic = _LABELS[key]
    return {"zh-hans": chinese, "ar": arabic}.get(get_language() or "", english)
